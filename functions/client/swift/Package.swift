// swift-tools-version: 5.9
// The types of the contract, the way from HealthKit to a recording, and an upload that outlives the app. It is parsed by
// tests here, and held to vectors.json by its own tests on a Mac; nobody has compiled it on this side.
import PackageDescription

let package = Package(
  name: "ClarityLoop",
  platforms: [.iOS(.v15), .watchOS(.v8), .macOS(.v13)],
  products: [.library(name: "ClarityLoop", targets: ["ClarityLoop"])],
  targets: [
    .target(name: "ClarityLoop"),
    .testTarget(name: "ClarityLoopTests", dependencies: ["ClarityLoop"]),
  ]
)
