#if canImport(HealthKit)
import Foundation
import HealthKit

/// HealthKit's samples as a recording has them. The same rules as the TypeScript mapper, held by the same vectors.
public enum HealthKitMapping {
  /// What to ask HealthKit for, with the unit in which its values are sent.
  public static let quantities: [(identifier: HKQuantityTypeIdentifier, sampleType: String, unit: String)] = {
    var types: [(HKQuantityTypeIdentifier, String, String)] = [
      (.stepCount, "stepCount", "count"),
      (.distanceWalkingRunning, "distanceWalkingRunning", "m"),
      (.activeEnergyBurned, "activeEnergyBurned", "kcal"),
      (.basalEnergyBurned, "basalEnergyBurned", "kcal"),
      (.appleExerciseTime, "appleExerciseTime", "min"),
      (.flightsClimbed, "flightsClimbed", "count"),
      (.heartRate, "heartRate", "count/min"),
      (.restingHeartRate, "restingHeartRate", "count/min"),
      (.walkingHeartRateAverage, "walkingHeartRateAverage", "count/min"),
      (.heartRateVariabilitySDNN, "heartRateVariabilitySDNN", "ms"),
      (.respiratoryRate, "respiratoryRate", "count/min"),
      (.oxygenSaturation, "oxygenSaturation", "%"),
      (.vo2Max, "vo2Max", "ml/(kg*min)"),
      (.bodyTemperature, "bodyTemperature", "degC"),
      (.walkingSpeed, "walkingSpeed", "m/s"),
      (.appleWalkingSteadiness, "appleWalkingSteadiness", "%"),
      (.appleStandTime, "appleStandTime", "min"),
      (.environmentalAudioExposure, "environmentalAudioExposure", "dBASPL"),
      (.headphoneAudioExposure, "headphoneAudioExposure", "dBASPL"),
      (.bodyMass, "bodyMass", "kg"),
      (.bloodPressureSystolic, "bloodPressureSystolic", "mmHg"),
      (.bloodPressureDiastolic, "bloodPressureDiastolic", "mmHg"),
      (.bloodGlucose, "bloodGlucose", "mg/dL"),
    ]
    if #available(iOS 16.0, watchOS 9.0, macOS 13.0, *) {
      types.append((.appleSleepingWristTemperature, "appleSleepingWristTemperature", "degC"))
      types.append((.heartRateRecoveryOneMinute, "heartRateRecoveryOneMinute", "count/min"))
      types.append((.atrialFibrillationBurden, "atrialFibrillationBurden", "%"))
    }
    if #available(iOS 17.0, watchOS 10.0, macOS 14.0, *) {
      types.append((.timeInDaylight, "timeInDaylight", "min"))
    }
    return types
  }()

  /// Every type that may be read, for `HKHealthStore.requestAuthorization(toShare:read:)`.
  public static var readTypes: Set<HKSampleType> {
    var types = Set<HKSampleType>(quantities.compactMap { HKQuantityType.quantityType(forIdentifier: $0.identifier) })
    for identifier in [HKCategoryTypeIdentifier.sleepAnalysis, .mindfulSession] {
      if let type = HKCategoryType.categoryType(forIdentifier: identifier) { types.insert(type) }
    }
    types.insert(HKObjectType.workoutType())
    return types
  }

  /// The sample as it is sent; nil for a type that the server does not know. Given names of devices stay on the phone,
  /// and of the metadata only the time zone and whether it was typed in leave it. A workout's energy and distance are
  /// samples of their own in HealthKit.
  public static func recordingSample(_ sample: HKSample) -> ClarityLoop.RecordingSample? {
    var mapped = ClarityLoop.RecordingSample(
      uuid: sample.uuid.uuidString,
      sampleType: "",
      startDate: text(sample.startDate),
      endDate: text(sample.endDate),
      metadata: metadata(sample),
      sourceRevision: ClarityLoop.RecordingSample.SourceRevision(
        source: .init(bundleIdentifier: sample.sourceRevision.source.bundleIdentifier),
        productType: productType(sample)
      )
    )
    switch sample {
    case let quantity as HKQuantitySample:
      let identifier = HKQuantityTypeIdentifier(rawValue: quantity.quantityType.identifier)
      guard let known = quantities.first(where: { $0.identifier == identifier }) else { return nil }
      mapped.sampleType = known.sampleType
      mapped.value = quantity.quantity.doubleValue(for: HKUnit(from: known.unit))
      mapped.unit = known.unit
    case let category as HKCategorySample:
      switch HKCategoryTypeIdentifier(rawValue: category.categoryType.identifier) {
      case .sleepAnalysis: mapped.sampleType = "sleepAnalysis"
      case .mindfulSession: mapped.sampleType = "mindfulSession"
      default: return nil
      }
      // Never with a unit: the server takes "asleep" with a unit for a total of minutes.
      mapped.categoryValue = category.value
    case let workout as HKWorkout:
      mapped.sampleType = "workout"
      mapped.categoryValue = Int(workout.workoutActivityType.rawValue)
    default:
      return nil
    }
    return mapped
  }

  /// What an anchored query gave, as a recording; nil where nothing of it is to be sent. Save the query's new anchor only
  /// once the upload has been accepted.
  public static func recording(
    samples: [HKSample],
    deleted: [HKDeletedObject],
    timeZone: TimeZone = .current
  ) -> ClarityLoop.Recording? {
    let mapped = samples.compactMap(recordingSample)
    if mapped.isEmpty && deleted.isEmpty { return nil }
    return ClarityLoop.Recording(
      schemaVersion: 1,
      deviceInfo: ClarityLoop.DeviceInfo(timeZone: timeZone.identifier),
      deletedSamples: deleted.isEmpty ? nil : deleted.map { $0.uuid.uuidString },
      samples: mapped
    )
  }

  /// In UTC to the millisecond. What is finer is cut, as far as it is more than the error of a Double.
  static func text(_ date: Date) -> String {
    let milliseconds = Int64((date.timeIntervalSince1970 * 1000 + 0.001).rounded(.down))
    let formatter = ISO8601DateFormatter()
    let second = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(milliseconds / 1000)))
    return second.dropLast() + String(format: ".%03dZ", Int(milliseconds % 1000))
  }

  private static func metadata(_ sample: HKSample) -> [String: ClarityLoop.JSONValue]? {
    var kept: [String: ClarityLoop.JSONValue] = [:]
    if let zone = sample.metadata?[HKMetadataKeyTimeZone] as? String { kept[HKMetadataKeyTimeZone] = .string(zone) }
    if sample.metadata?[HKMetadataKeyWasUserEntered] as? Bool == true {
      kept[HKMetadataKeyWasUserEntered] = .bool(true)
    }
    return kept.isEmpty ? nil : kept
  }

  /// That of the device that wrote; for another maker's app that is the phone, not what measured.
  private static func productType(_ sample: HKSample) -> String? {
    let revision = sample.sourceRevision
    let wrote = revision.productType?.hasPrefix("Watch") == true
      || revision.source.bundleIdentifier.hasPrefix("com.apple.")
    if wrote { return revision.productType }
    let words = [sample.device?.manufacturer, sample.device?.model].compactMap { $0 }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}
#endif
