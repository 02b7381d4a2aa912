#if canImport(HealthKit)
import HealthKit
import XCTest

@testable import ClarityLoop

/// The vectors of HealthKit in vectors.json: what the bridge gave is made an HKSample again, and mapped.
final class VectorTests: XCTestCase {
  private struct File: Decodable {
    let vectors: [Vector]
  }
  private struct Vector: Decodable {
    let name: String
    let store: String
    let input: Input?
    let expect: Expectation

    private enum Keys: String, CodingKey { case name, store, input, expect }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      name = try container.decode(String.self, forKey: .name)
      store = try container.decode(String.self, forKey: .store)
      expect = try container.decode(Expectation.self, forKey: .expect)
      // Health Connect's has another form.
      input = store == "healthkit" ? try container.decode(Input.self, forKey: .input) : nil
    }
  }
  private struct Input: Decodable {
    let samples: [Sample]?
    let workouts: [Sample]?
  }
  private struct Sample: Decodable {
    let quantityType: String?
    let quantity: Double?
    let unit: String?
    let categoryType: String?
    let value: Int?
    let workoutActivityType: UInt?
    let startDate: String
    let endDate: String
    let metadata: [String: ClarityLoop.JSONValue]
  }
  private struct Expectation: Decodable {
    let samples: [ClarityLoop.RecordingSample]
  }

  private func vectors() throws -> [Vector] {
    let file = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("vectors.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).vectors
  }

  private func date(_ text: String) throws -> Date {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return try XCTUnwrap(formatter.date(from: text))
  }

  /// A sample as the app would have saved it; who wrote it and its uuid are HealthKit's to give.
  private func healthKitSample(_ sample: Sample) throws -> HKSample? {
    let (start, end) = (try date(sample.startDate), try date(sample.endDate))
    var metadata: [String: Any] = [:]
    if case .string(let zone)? = sample.metadata["HKTimeZone"] { metadata[HKMetadataKeyTimeZone] = zone }
    if case .bool(let entered)? = sample.metadata["HKWasUserEntered"] { metadata[HKMetadataKeyWasUserEntered] = entered }
    if let type = sample.quantityType, let value = sample.quantity, let unit = sample.unit {
      return HKQuantitySample(
        type: HKQuantityType(HKQuantityTypeIdentifier(rawValue: type)),
        // HKUnit writes a unit in another way than it reads it.
        quantity: HKQuantity(
          unit: HKUnit(from: unit == "mL/min·kg" ? "ml/(kg*min)" : unit), doubleValue: value),
        start: start, end: end, metadata: metadata)
    }
    if let type = sample.categoryType, let value = sample.value {
      return HKCategorySample(
        type: HKCategoryType(HKCategoryTypeIdentifier(rawValue: type)),
        value: value, start: start, end: end, metadata: metadata)
    }
    return nil
  }

  func testSamplesAreMappedAsAgreed() throws {
    var compared = 0
    for vector in try vectors() where vector.store == "healthkit" {
      for (i, sample) in (vector.input?.samples ?? []).enumerated() {
        guard let made = try healthKitSample(sample) else { continue }
        let mapped = try XCTUnwrap(HealthKitMapping.recordingSample(made), vector.name)
        let expected = vector.expect.samples[i]
        XCTAssertEqual(mapped.sampleType, expected.sampleType, vector.name)
        XCTAssertEqual(mapped.startDate, expected.startDate, vector.name)
        XCTAssertEqual(mapped.endDate, expected.endDate, vector.name)
        XCTAssertEqual(mapped.categoryValue, expected.categoryValue, vector.name)
        XCTAssertEqual(mapped.metadata, expected.metadata, vector.name)
        if let value = mapped.value, let unit = mapped.unit, let quantity = made as? HKQuantitySample {
          // Here every value goes in the unit of the table; the bridge hands on the one that it was given.
          XCTAssertEqual(value, quantity.quantity.doubleValue(for: HKUnit(from: unit)), accuracy: 1e-9, vector.name)
        }
        compared += 1
      }
    }
    XCTAssertGreaterThan(compared, 8)
  }

  func testNothingIsNoRecording() {
    XCTAssertNil(HealthKitMapping.recording(samples: [], deleted: []))
  }
}
#endif
