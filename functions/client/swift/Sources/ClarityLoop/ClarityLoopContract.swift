// Generated from the schemas in functions/src/contract by "npm run build:contract". Do not edit.
//
// Instants are ISO 8601 text as they are sent; what is a Date comes from a timestamp of Firestore, so read documents with
// `snapshot.data(as:)` of FirebaseFirestore, and answers with a JSONDecoder.

import Foundation

public enum ClarityLoop {
  /// A part of an analysis: its numbers, or why there are none.
  public enum Section<Numbers: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    case numbers(Numbers)
    case unavailable(UnavailableReason)

    public init(from decoder: any Decoder) throws {
      if let none = try? Unavailable(from: decoder) {
        self = .unavailable(none.unavailable)
      } else {
        self = .numbers(try Numbers(from: decoder))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .numbers(let numbers): try numbers.encode(to: encoder)
      case .unavailable(let reason): try Unavailable(unavailable: reason).encode(to: encoder)
      }
    }
  }

  /// The value of a fact.
  public enum NumberOrText: Codable, Hashable, Sendable {
    case number(Double)
    case text(String)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  /// Any JSON: HealthKit's metadata.
  public indirect enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let bool = try? container.decode(Bool.self) {
        self = .bool(bool)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let string = try? container.decode(String.self) {
        self = .string(string)
      } else if let array = try? container.decode([JSONValue].self) {
        self = .array(array)
      } else {
        self = .object(try container.decode([String: JSONValue].self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .null: try container.encodeNil()
      case .bool(let bool): try container.encode(bool)
      case .number(let number): try container.encode(number)
      case .string(let string): try container.encode(string)
      case .array(let array): try container.encode(array)
      case .object(let object): try container.encode(object)
      }
    }
  }

  public struct ActigraphySleep: Codable, Hashable, Sendable {
    public var coleKripke: Double
    public var coleKripkeRescored: Double
    public var sadeh: Double
    public var scripps: Double
    public var oakley40: Double

    public init(
      coleKripke: Double,
      coleKripkeRescored: Double,
      sadeh: Double,
      scripps: Double,
      oakley40: Double
    ) {
      self.coleKripke = coleKripke
      self.coleKripkeRescored = coleKripkeRescored
      self.sadeh = sadeh
      self.scripps = scripps
      self.oakley40 = oakley40
    }
  }

  public struct Activity: Codable, Hashable, Sendable {
    public var days: [ActivityDay]
    public var steps: Average?
    public var distanceMeters: Average?
    public var activeEnergyKcal: Average?
    public var exerciseMinutes: Average?

    public init(
      days: [ActivityDay],
      steps: Average? = nil,
      distanceMeters: Average? = nil,
      activeEnergyKcal: Average? = nil,
      exerciseMinutes: Average? = nil
    ) {
      self.days = days
      self.steps = steps
      self.distanceMeters = distanceMeters
      self.activeEnergyKcal = activeEnergyKcal
      self.exerciseMinutes = exerciseMinutes
    }
  }

  public struct ActivityDay: Codable, Hashable, Sendable {
    public var day: String
    public var steps: Double?
    public var distanceMeters: Double?
    public var activeEnergyKcal: Double?
    public var basalEnergyKcal: Double?
    public var exerciseMinutes: Double?
    public var flightsClimbed: Double?
    public var minutesOver60StepsPerMinute: Double?
    public var minutesOver100StepsPerMinute: Double?
    public var sedentaryBouts: Double?
    public var longestSedentaryMinutes: Double?
    /// Over, and measured for most of it: in the averages.
    public var complete: Bool

    public init(
      day: String,
      steps: Double? = nil,
      distanceMeters: Double? = nil,
      activeEnergyKcal: Double? = nil,
      basalEnergyKcal: Double? = nil,
      exerciseMinutes: Double? = nil,
      flightsClimbed: Double? = nil,
      minutesOver60StepsPerMinute: Double? = nil,
      minutesOver100StepsPerMinute: Double? = nil,
      sedentaryBouts: Double? = nil,
      longestSedentaryMinutes: Double? = nil,
      complete: Bool
    ) {
      self.day = day
      self.steps = steps
      self.distanceMeters = distanceMeters
      self.activeEnergyKcal = activeEnergyKcal
      self.basalEnergyKcal = basalEnergyKcal
      self.exerciseMinutes = exerciseMinutes
      self.flightsClimbed = flightsClimbed
      self.minutesOver60StepsPerMinute = minutesOver60StepsPerMinute
      self.minutesOver100StepsPerMinute = minutesOver100StepsPerMinute
      self.sedentaryBouts = sedentaryBouts
      self.longestSedentaryMinutes = longestSedentaryMinutes
      self.complete = complete
    }
  }

  public struct AnalysisDocument: Codable, Hashable, Sendable {
    public var schemaVersion: Int
    public var formulaVersion: Int
    public var uploadId: UploadId
    public var window: AnalysisWindow
    public var coverage: Coverage
    public var activity: Section<Activity>
    public var rhythm: Section<Rhythm>
    public var sleep: Section<Sleep>
    public var cardio: Section<Cardio>
    public var respiration: Section<Respiration>
    public var measures: [Measure]
    public var typical: Typical
    public var embedding: Section<Embedding>
    public var actigraphySleep: ActigraphySleep?
    /// A model could not be loaded; the analysis is made again.
    public var provisional: Bool?
    public var models: [Model]
    /// Raised with every change of the samples: which of them it knows.
    public var daysVersion: Int?
    /// Whether it is of the latest week of its time.
    public var latest: Bool?
    /// Whether Gemini is asked for a text of it.
    public var textWanted: Bool?
    public var traceparent: String
    public var createdAt: Date

    public init(
      schemaVersion: Int = 2,
      formulaVersion: Int,
      uploadId: UploadId,
      window: AnalysisWindow,
      coverage: Coverage,
      activity: Section<Activity>,
      rhythm: Section<Rhythm>,
      sleep: Section<Sleep>,
      cardio: Section<Cardio>,
      respiration: Section<Respiration>,
      measures: [Measure],
      typical: Typical,
      embedding: Section<Embedding>,
      actigraphySleep: ActigraphySleep? = nil,
      provisional: Bool? = nil,
      models: [Model],
      daysVersion: Int? = nil,
      latest: Bool? = nil,
      textWanted: Bool? = nil,
      traceparent: String,
      createdAt: Date
    ) {
      self.schemaVersion = schemaVersion
      self.formulaVersion = formulaVersion
      self.uploadId = uploadId
      self.window = window
      self.coverage = coverage
      self.activity = activity
      self.rhythm = rhythm
      self.sleep = sleep
      self.cardio = cardio
      self.respiration = respiration
      self.measures = measures
      self.typical = typical
      self.embedding = embedding
      self.actigraphySleep = actigraphySleep
      self.provisional = provisional
      self.models = models
      self.daysVersion = daysVersion
      self.latest = latest
      self.textWanted = textWanted
      self.traceparent = traceparent
      self.createdAt = createdAt
    }
  }

  public struct AnalysisWindow: Codable, Hashable, Sendable {
    public var start: String
    public var end: String
    public var timeZone: String
    public var days: [String]

    public init(
      start: String,
      end: String,
      timeZone: String,
      days: [String]
    ) {
      self.start = start
      self.end = end
      self.timeZone = timeZone
      self.days = days
    }
  }

  public struct Announcement: Codable, Hashable, Sendable {
    public var contentType: String
    public var sizeBytes: Int
    public var sha256: String?

    public init(
      contentType: String,
      sizeBytes: Int,
      sha256: String? = nil
    ) {
      self.contentType = contentType
      self.sizeBytes = sizeBytes
      self.sha256 = sha256
    }
  }

  public struct Average: Codable, Hashable, Sendable {
    public var mean: Double
    /// Standard deviation (n - 1); null for a single value.
    public var sd: Double?
    public var n: Int

    public init(
      mean: Double,
      sd: Double? = nil,
      n: Int
    ) {
      self.mean = mean
      self.sd = sd
      self.n = n
    }
  }

  public struct CallableProblem: Codable, Hashable, Sendable {
    public var code: ProblemCode
    /// Name it when you ask about it.
    public var requestId: String?
    public var issues: [Issue]?
    /// Seconds after which to try again.
    public var retryAfterS: Double?

    public init(
      code: ProblemCode,
      requestId: String? = nil,
      issues: [Issue]? = nil,
      retryAfterS: Double? = nil
    ) {
      self.code = code
      self.requestId = requestId
      self.issues = issues
      self.retryAfterS = retryAfterS
    }
  }

  public struct Cardio: Codable, Hashable, Sendable {
    public var restingHeartRate: Section<RestingHeartRate>
    public var lowestSleepingHeartRate: Section<LowestSleepingHeartRate>
    public var heartRate: Section<HeartRate>
    public var hrv: Hrv

    public init(
      restingHeartRate: Section<RestingHeartRate>,
      lowestSleepingHeartRate: Section<LowestSleepingHeartRate>,
      heartRate: Section<HeartRate>,
      hrv: Hrv
    ) {
      self.restingHeartRate = restingHeartRate
      self.lowestSleepingHeartRate = lowestSleepingHeartRate
      self.heartRate = heartRate
      self.hrv = hrv
    }

    public struct Hrv: Codable, Hashable, Sendable {
      public var night: Section<NightVariability>
      public var day: Section<HeartRateVariability>

      public init(
        night: Section<NightVariability>,
        day: Section<HeartRateVariability>
      ) {
        self.night = night
        self.day = day
      }
    }
  }

  public struct Consent: Codable, Hashable, Sendable {
    public var generatedText: Bool
    public var processing: Bool?
    public var version: String
    public var at: Date

    public init(
      generatedText: Bool,
      processing: Bool? = nil,
      version: String,
      at: Date
    ) {
      self.generatedText = generatedText
      self.processing = processing
      self.version = version
      self.at = at
    }
  }

  public struct Cosinor: Codable, Hashable, Sendable {
    public var mesor: Double
    public var amplitude: Double
    public var acrophaseHour: Double?
    public var r2: Double?

    public init(
      mesor: Double,
      amplitude: Double,
      acrophaseHour: Double? = nil,
      r2: Double? = nil
    ) {
      self.mesor = mesor
      self.amplitude = amplitude
      self.acrophaseHour = acrophaseHour
      self.r2 = r2
    }
  }

  public struct Coverage: Codable, Hashable, Sendable {
    public var days: [CoverageDay]
    public var validDays: Int
    public var gaps: [Gap]
    public var sources: [SourceKind]
    public var samples: Int
    public var userEnteredSamples: Int

    public init(
      days: [CoverageDay],
      validDays: Int,
      gaps: [Gap],
      sources: [SourceKind],
      samples: Int,
      userEnteredSamples: Int
    ) {
      self.days = days
      self.validDays = validDays
      self.gaps = gaps
      self.sources = sources
      self.samples = samples
      self.userEnteredSamples = userEnteredSamples
    }
  }

  public struct CoverageDay: Codable, Hashable, Sendable {
    public var day: String
    public var timeZone: String
    public var minutes: Double
    /// Null where nothing tells when a wearable was worn.
    public var wornMinutes: Double?
    public var valid: Bool

    public init(
      day: String,
      timeZone: String,
      minutes: Double,
      wornMinutes: Double? = nil,
      valid: Bool
    ) {
      self.day = day
      self.timeZone = timeZone
      self.minutes = minutes
      self.wornMinutes = wornMinutes
      self.valid = valid
    }
  }

  public struct DeleteMyDataInput: Codable, Hashable, Sendable {
    public var confirm: String

    public init(
      confirm: String = "delete everything"
    ) {
      self.confirm = confirm
    }
  }

  public struct DeletedAnswer: Codable, Hashable, Sendable {
    /// Whether it is gone; if not, it will be within minutes.
    public var deleted: Bool

    public init(
      deleted: Bool
    ) {
      self.deleted = deleted
    }
  }

  public struct DeviceInfo: Codable, Hashable, Sendable {
    public var deviceModel: String?
    public var systemName: String?
    public var systemVersion: String?
    public var appVersion: String?
    public var timeZone: String?

    public init(
      deviceModel: String? = nil,
      systemName: String? = nil,
      systemVersion: String? = nil,
      appVersion: String? = nil,
      timeZone: String? = nil
    ) {
      self.deviceModel = deviceModel
      self.systemName = systemName
      self.systemVersion = systemVersion
      self.appVersion = appVersion
      self.timeZone = timeZone
    }
  }

  public struct Draft: Codable, Hashable, Sendable {
    public var insights: [Insights]
    public var order: [String]
    public var connectives: [String]
    public var opening: String
    public var suggestions: [String]

    public init(
      insights: [Insights],
      order: [String],
      connectives: [String],
      opening: String,
      suggestions: [String]
    ) {
      self.insights = insights
      self.order = order
      self.connectives = connectives
      self.opening = opening
      self.suggestions = suggestions
    }

    public struct Insights: Codable, Hashable, Sendable {
      public var id: String
      public var frame: String

      public init(
        id: String,
        frame: String
      ) {
        self.id = id
        self.frame = frame
      }
    }
  }

  public struct Embedding: Codable, Hashable, Sendable {
    public var values: [Double]
    public var model: Model
    public var days: [String]
    public var input: Input
    public var standardisation: String
    public var note: String

    public init(
      values: [Double],
      model: Model,
      days: [String],
      input: Input,
      standardisation: String = "person-week",
      note: String
    ) {
      self.values = values
      self.model = model
      self.days = days
      self.input = input
      self.standardisation = standardisation
      self.note = note
    }

    public enum Input: RawRepresentable, Codable, Hashable, Sendable {
      case stepCount
      case activityCount
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "stepCount": self = .stepCount
        case "activityCount": self = .activityCount
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .stepCount: return "stepCount"
        case .activityCount: return "activityCount"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Estimate: Codable, Hashable, Sendable {
    public var tstMinutes: TstMinutes
    public var midpoint: Midpoint

    public init(
      tstMinutes: TstMinutes,
      midpoint: Midpoint
    ) {
      self.tstMinutes = tstMinutes
      self.midpoint = midpoint
    }

    public struct TstMinutes: Codable, Hashable, Sendable {
      public var low: Double
      public var high: Double

      public init(
        low: Double,
        high: Double
      ) {
        self.low = low
        self.high = high
      }
    }

    public struct Midpoint: Codable, Hashable, Sendable {
      public var low: String
      public var high: String

      public init(
        low: String,
        high: String
      ) {
        self.low = low
        self.high = high
      }
    }
  }

  public struct ExportAnswer: Codable, Hashable, Sendable {
    /// Object name in the project's default bucket; the owner may read it until `expiresAt`.
    public var path: String
    public var contentType: String
    public var expiresAt: String

    public init(
      path: String,
      contentType: String,
      expiresAt: String
    ) {
      self.path = path
      self.contentType = contentType
      self.expiresAt = expiresAt
    }
  }

  public struct ExportInput: Codable, Hashable, Sendable {
    public var format: Format?

    public init(
      format: Format? = nil
    ) {
      self.format = format
    }

    public enum Format: RawRepresentable, Codable, Hashable, Sendable {
      case json
      case fhir
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "json": self = .json
        case "fhir": self = .fhir
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .json: return "json"
        case .fhir: return "fhir"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Fact: Codable, Hashable, Sendable {
    public var id: String
    public var label: String
    /// A number, a clock time HH:MM, a weekday in English, or the code of a reason.
    public var value: NumberOrText
    public var unit: String
    /// What it is about; the week where this is missing.
    public var about: About?
    public var day: String?
    public var earlier: Double?
    public var change: Change?

    public init(
      id: String,
      label: String,
      value: NumberOrText,
      unit: String,
      about: About? = nil,
      day: String? = nil,
      earlier: Double? = nil,
      change: Change? = nil
    ) {
      self.id = id
      self.label = label
      self.value = value
      self.unit = unit
      self.about = about
      self.day = day
      self.earlier = earlier
      self.change = change
    }

    public enum About: RawRepresentable, Codable, Hashable, Sendable {
      case night
      case day
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "night": self = .night
        case "day": self = .day
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .night: return "night"
        case .day: return "day"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }

    public enum Change: RawRepresentable, Codable, Hashable, Sendable {
      case higher
      case lower
      case same
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "higher": self = .higher
        case "lower": self = .lower
        case "same": self = .same
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .higher: return "higher"
        case .lower: return "lower"
        case .same: return "same"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Flag: Codable, Hashable, Sendable {
    public var day: String
    public var measure: NightMeasure
    public var value: Double
    public var side: Side
    public var low: Double
    public var high: Double
    public var nights: Int

    public init(
      day: String,
      measure: NightMeasure,
      value: Double,
      side: Side,
      low: Double,
      high: Double,
      nights: Int
    ) {
      self.day = day
      self.measure = measure
      self.value = value
      self.side = side
      self.low = low
      self.high = high
      self.nights = nights
    }

    public enum Side: RawRepresentable, Codable, Hashable, Sendable {
      case above
      case below
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "above": self = .above
        case "below": self = .below
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .above: return "above"
        case .below: return "below"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Gap: Codable, Hashable, Sendable {
    public var start: String
    public var end: String
    public var minutes: Double

    public init(
      start: String,
      end: String,
      minutes: Double
    ) {
      self.start = start
      self.end = end
      self.minutes = minutes
    }
  }

  public struct HeartRate: Codable, Hashable, Sendable {
    public var meanBpm: Double
    public var minBpm: Double
    public var maxBpm: Double
    public var minutes: Int

    public init(
      meanBpm: Double,
      minBpm: Double,
      maxBpm: Double,
      minutes: Int
    ) {
      self.meanBpm = meanBpm
      self.minBpm = minBpm
      self.maxBpm = maxBpm
      self.minutes = minutes
    }
  }

  public struct HeartRateVariability: Codable, Hashable, Sendable {
    public var medianMs: Double
    public var cv: Double?
    public var n: Int

    public init(
      medianMs: Double,
      cv: Double? = nil,
      n: Int
    ) {
      self.medianMs = medianMs
      self.cv = cv
      self.n = n
    }
  }

  public struct Issue: Codable, Hashable, Sendable {
    /// JSON pointer (RFC 6901) into what was sent.
    public var pointer: String
    public var expected: String
    /// What kind of value was received, never the value itself.
    public var received: String

    public init(
      pointer: String,
      expected: String,
      received: String
    ) {
      self.pointer = pointer
      self.expected = expected
      self.received = received
    }
  }

  public enum Language: RawRepresentable, Codable, Hashable, Sendable {
    case en
    case es
    case de
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "en": self = .en
      case "es": self = .es
      case "de": self = .de
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .en: return "en"
      case .es: return "es"
      case .de: return "de"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct Lease: Codable, Hashable, Sendable {
    public var holder: String
    public var until: Date

    public init(
      holder: String,
      until: Date
    ) {
      self.holder = holder
      self.until = until
    }
  }

  public struct LowestSleepingHeartRate: Codable, Hashable, Sendable {
    public var bpm: Double
    public var average: Average
    public var nights: [Nights]

    public init(
      bpm: Double,
      average: Average,
      nights: [Nights]
    ) {
      self.bpm = bpm
      self.average = average
      self.nights = nights
    }

    public struct Nights: Codable, Hashable, Sendable {
      public var day: String
      public var bpm: Double

      public init(
        day: String,
        bpm: Double
      ) {
        self.day = day
        self.bpm = bpm
      }
    }
  }

  public struct Measure: Codable, Hashable, Sendable {
    public var type: SampleTypeName
    public var unit: String
    public var days: [MeasureDay]
    public var average: Average

    public init(
      type: SampleTypeName,
      unit: String,
      days: [MeasureDay],
      average: Average
    ) {
      self.type = type
      self.unit = unit
      self.days = days
      self.average = average
    }
  }

  public struct MeasureDay: Codable, Hashable, Sendable {
    public var day: String
    public var value: Double
    public var n: Int
    public var source: SourceKind

    public init(
      day: String,
      value: Double,
      n: Int,
      source: SourceKind
    ) {
      self.day = day
      self.value = value
      self.n = n
      self.source = source
    }
  }

  public struct MeasuredValue: Codable, Hashable, Sendable {
    public var value: Double
    public var n: Int
    public var source: SourceKind
    public var unit: String

    public init(
      value: Double,
      n: Int,
      source: SourceKind,
      unit: String
    ) {
      self.value = value
      self.n = n
      self.source = source
      self.unit = unit
    }
  }

  public struct MissingNight: Codable, Hashable, Sendable {
    public var day: String
    public var code: UnavailableReason

    public init(
      day: String,
      code: UnavailableReason
    ) {
      self.day = day
      self.code = code
    }
  }

  public struct Model: Codable, Hashable, Sendable {
    public var name: String
    public var version: String
    public var sha256: String

    public init(
      name: String,
      version: String,
      sha256: String
    ) {
      self.name = name
      self.version = version
      self.sha256 = sha256
    }
  }

  public struct Nap: Codable, Hashable, Sendable {
    public var day: String
    public var start: String
    public var end: String
    public var tstMinutes: Double

    public init(
      day: String,
      start: String,
      end: String,
      tstMinutes: Double
    ) {
      self.day = day
      self.start = start
      self.end = end
      self.tstMinutes = tstMinutes
    }
  }

  public struct NarrativeDocument: Codable, Hashable, Sendable {
    public var schemaVersion: Int
    public var uploadId: UploadId
    public var status: String
    public var source: NarrativeSource
    /// Why the template stands; null for a generated text.
    public var reason: String?
    public var replaceable: Bool
    public var language: Language
    public var summary: String
    public var highlights: [String]
    public var suggestions: [String]
    public var facts: [Fact]
    public var modelVersion: String?
    public var promptVersion: String?
    public var draft: Draft?
    public var tokens: Tokens?
    public var traceparent: String
    public var createdAt: Date

    public init(
      schemaVersion: Int = 1,
      uploadId: UploadId,
      status: String = "written",
      source: NarrativeSource,
      reason: String? = nil,
      replaceable: Bool,
      language: Language,
      summary: String,
      highlights: [String],
      suggestions: [String],
      facts: [Fact],
      modelVersion: String? = nil,
      promptVersion: String? = nil,
      draft: Draft? = nil,
      tokens: Tokens? = nil,
      traceparent: String,
      createdAt: Date
    ) {
      self.schemaVersion = schemaVersion
      self.uploadId = uploadId
      self.status = status
      self.source = source
      self.reason = reason
      self.replaceable = replaceable
      self.language = language
      self.summary = summary
      self.highlights = highlights
      self.suggestions = suggestions
      self.facts = facts
      self.modelVersion = modelVersion
      self.promptVersion = promptVersion
      self.draft = draft
      self.tokens = tokens
      self.traceparent = traceparent
      self.createdAt = createdAt
    }
  }

  public enum NarrativeSource: RawRepresentable, Codable, Hashable, Sendable {
    case gemini
    case template
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "gemini": self = .gemini
      case "template": self = .template
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .gemini: return "gemini"
      case .template: return "template"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct Night: Codable, Hashable, Sendable {
    /// The local day that it ends on.
    public var day: String
    public var source: SleepSource
    /// Who told when the person was in bed; unknown where nobody did.
    public var bedtime: Bedtime
    /// Of the stay in bed where it is known, else of the sleep.
    public var start: String
    public var end: String
    public var onset: String?
    public var wake: String?
    public var midpoint: String?
    public var tibMinutes: Double?
    /// Null where an estimate is too wide to be told.
    public var tstMinutes: Double?
    public var solMinutes: Double?
    public var wasoMinutes: Double?
    /// Sleep efficiency: time asleep by time in bed, where a source told that.
    public var se: Double?
    /// Time asleep by the time from onset to waking.
    public var sleepMaintenance: Double?
    public var awakenings: Double?
    public var awakeningsOver5Minutes: Double?
    public var stageMinutes: StageMinutes?
    public var unscoredMinutes: Double?
    public var silentMinutes: Double
    /// What was not measured, where that is too much to know the rest; such a night is in no average.
    public var partial: Partial?
    /// 90 % intervals of a night whose bedtime was found from heart rate; it is not a measured one.
    public var estimated: Estimate?
    /// Mean probability of the chosen stages; null where no model was used.
    public var confidence: Double?

    public init(
      day: String,
      source: SleepSource,
      bedtime: Bedtime,
      start: String,
      end: String,
      onset: String? = nil,
      wake: String? = nil,
      midpoint: String? = nil,
      tibMinutes: Double? = nil,
      tstMinutes: Double? = nil,
      solMinutes: Double? = nil,
      wasoMinutes: Double? = nil,
      se: Double? = nil,
      sleepMaintenance: Double? = nil,
      awakenings: Double? = nil,
      awakeningsOver5Minutes: Double? = nil,
      stageMinutes: StageMinutes? = nil,
      unscoredMinutes: Double? = nil,
      silentMinutes: Double,
      partial: Partial? = nil,
      estimated: Estimate? = nil,
      confidence: Double? = nil
    ) {
      self.day = day
      self.source = source
      self.bedtime = bedtime
      self.start = start
      self.end = end
      self.onset = onset
      self.wake = wake
      self.midpoint = midpoint
      self.tibMinutes = tibMinutes
      self.tstMinutes = tstMinutes
      self.solMinutes = solMinutes
      self.wasoMinutes = wasoMinutes
      self.se = se
      self.sleepMaintenance = sleepMaintenance
      self.awakenings = awakenings
      self.awakeningsOver5Minutes = awakeningsOver5Minutes
      self.stageMinutes = stageMinutes
      self.unscoredMinutes = unscoredMinutes
      self.silentMinutes = silentMinutes
      self.partial = partial
      self.estimated = estimated
      self.confidence = confidence
    }

    public enum Bedtime: RawRepresentable, Codable, Hashable, Sendable {
      case healthkit
      case estimated
      case unknown
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "healthkit": self = .healthkit
        case "estimated": self = .estimated
        case "unknown": self = .unknown
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .healthkit: return "healthkit"
        case .estimated: return "estimated"
        case .unknown: return "unknown"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }

    public struct Partial: Codable, Hashable, Sendable {
      public var from: String
      public var to: String

      public init(
        from: String,
        to: String
      ) {
        self.from = from
        self.to = to
      }
    }
  }

  public enum NightMeasure: RawRepresentable, Codable, Hashable, Sendable {
    case tstMinutes
    case midpointMinutes
    case lowestHeartRateBpm
    case hrvMs
    case breathsPerMinute
    case oxygen
    case wristCelsius
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "tstMinutes": self = .tstMinutes
      case "midpointMinutes": self = .midpointMinutes
      case "lowestHeartRateBpm": self = .lowestHeartRateBpm
      case "hrvMs": self = .hrvMs
      case "breathsPerMinute": self = .breathsPerMinute
      case "oxygen": self = .oxygen
      case "wristCelsius": self = .wristCelsius
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .tstMinutes: return "tstMinutes"
      case .midpointMinutes: return "midpointMinutes"
      case .lowestHeartRateBpm: return "lowestHeartRateBpm"
      case .hrvMs: return "hrvMs"
      case .breathsPerMinute: return "breathsPerMinute"
      case .oxygen: return "oxygen"
      case .wristCelsius: return "wristCelsius"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct NightRespiration: Codable, Hashable, Sendable {
    public var day: String
    public var breathing: Spread?
    public var oxygen: Oxygen?

    public init(
      day: String,
      breathing: Spread? = nil,
      oxygen: Oxygen? = nil
    ) {
      self.day = day
      self.breathing = breathing
      self.oxygen = oxygen
    }
  }

  public struct NightValues: Codable, Hashable, Sendable {
    public var day: String
    public var tstMinutes: Double?
    public var midpointMinutes: Double?
    public var lowestHeartRateBpm: Double?
    public var hrvMs: Double?
    public var breathsPerMinute: Double?
    public var oxygen: Double?
    public var wristCelsius: Double?

    public init(
      day: String,
      tstMinutes: Double? = nil,
      midpointMinutes: Double? = nil,
      lowestHeartRateBpm: Double? = nil,
      hrvMs: Double? = nil,
      breathsPerMinute: Double? = nil,
      oxygen: Double? = nil,
      wristCelsius: Double? = nil
    ) {
      self.day = day
      self.tstMinutes = tstMinutes
      self.midpointMinutes = midpointMinutes
      self.lowestHeartRateBpm = lowestHeartRateBpm
      self.hrvMs = hrvMs
      self.breathsPerMinute = breathsPerMinute
      self.oxygen = oxygen
      self.wristCelsius = wristCelsius
    }
  }

  public struct NightVariability: Codable, Hashable, Sendable {
    public var medianMs: Double
    public var cv: Double?
    public var n: Int
    public var average: Average?

    public init(
      medianMs: Double,
      cv: Double? = nil,
      n: Int,
      average: Average? = nil
    ) {
      self.medianMs = medianMs
      self.cv = cv
      self.n = n
      self.average = average
    }
  }

  public struct Oxygen: Codable, Hashable, Sendable {
    public var median: Double
    public var sd: Double?
    public var min: Double
    public var max: Double
    public var n: Int
    public var shareBelow90: Double

    public init(
      median: Double,
      sd: Double? = nil,
      min: Double,
      max: Double,
      n: Int,
      shareBelow90: Double
    ) {
      self.median = median
      self.sd = sd
      self.min = min
      self.max = max
      self.n = n
      self.shareBelow90 = shareBelow90
    }
  }

  public struct PersonDocument: Codable, Hashable, Sendable {
    /// IANA
    public var timeZone: String?
    public var language: String?
    public var units: Units?
    public var consent: Consent?

    public init(
      timeZone: String? = nil,
      language: String? = nil,
      units: Units? = nil,
      consent: Consent? = nil
    ) {
      self.timeZone = timeZone
      self.language = language
      self.units = units
      self.consent = consent
    }

    public enum Units: RawRepresentable, Codable, Hashable, Sendable {
      case metric
      case imperial
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "metric": self = .metric
        case "imperial": self = .imperial
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .metric: return "metric"
        case .imperial: return "imperial"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Problem: Codable, Hashable, Sendable {
    /// The code as a URN; there is no page behind it.
    public var type: String
    /// One sentence that a person may read, in English.
    public var title: String
    public var status: Int
    public var code: ProblemCode
    /// Also in the header X-Request-Id; name it when you ask about it.
    public var requestId: String
    public var issues: [Issue]?

    public init(
      type: String,
      title: String,
      status: Int,
      code: ProblemCode,
      requestId: String,
      issues: [Issue]? = nil
    ) {
      self.type = type
      self.title = title
      self.status = status
      self.code = code
      self.requestId = requestId
      self.issues = issues
    }
  }

  public enum ProblemCode: RawRepresentable, Codable, Hashable, Sendable {
    case authMissingToken
    case authInvalidToken
    case authInvalidAppCheck
    case authReplayedAppCheck
    case consentWithdrawn
    case personErasing
    case requestMethodNotAllowed
    case requestNotFound
    case requestUnsupportedMediaType
    case requestInvalid
    case requestTimeout
    case requestAborted
    case recordingEmpty
    case recordingTruncated
    case recordingInvalidEncoding
    case recordingInvalidJson
    case recordingInvalid
    case recordingNoSamples
    case recordingNoValidSamples
    case recordingTooLarge
    case recordingTooManySamples
    case recordingTooManyDays
    case recordingNothingKnown
    case recordingMissing
    case recordingChanged
    case recordingNotEnoughWear
    case uploadNotOwner
    case uploadNotFound
    case uploadConflict
    case uploadIllegalMove
    case uploadExpired
    case uploadDeleting
    case uploadBusy
    case uploadFenced
    case quotaExceeded
    case reportNotFound
    case analysisGaveUp
    case modelNotInstalled
    case modelInvalidManifest
    case modelHashMismatch
    case modelCorrupt
    case modelWrongShape
    case narratorUnavailable
    case narratorCapReached
    case narratorRefused
    case narratorRejected
    case narratorInvalid
    case schemaNewer
    case serviceBusy
    case serviceUnavailable
    case `internal`
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "auth/missing-token": self = .authMissingToken
      case "auth/invalid-token": self = .authInvalidToken
      case "auth/invalid-app-check": self = .authInvalidAppCheck
      case "auth/replayed-app-check": self = .authReplayedAppCheck
      case "consent/withdrawn": self = .consentWithdrawn
      case "person/erasing": self = .personErasing
      case "request/method-not-allowed": self = .requestMethodNotAllowed
      case "request/not-found": self = .requestNotFound
      case "request/unsupported-media-type": self = .requestUnsupportedMediaType
      case "request/invalid": self = .requestInvalid
      case "request/timeout": self = .requestTimeout
      case "request/aborted": self = .requestAborted
      case "recording/empty": self = .recordingEmpty
      case "recording/truncated": self = .recordingTruncated
      case "recording/invalid-encoding": self = .recordingInvalidEncoding
      case "recording/invalid-json": self = .recordingInvalidJson
      case "recording/invalid": self = .recordingInvalid
      case "recording/no-samples": self = .recordingNoSamples
      case "recording/no-valid-samples": self = .recordingNoValidSamples
      case "recording/too-large": self = .recordingTooLarge
      case "recording/too-many-samples": self = .recordingTooManySamples
      case "recording/too-many-days": self = .recordingTooManyDays
      case "recording/nothing-known": self = .recordingNothingKnown
      case "recording/missing": self = .recordingMissing
      case "recording/changed": self = .recordingChanged
      case "recording/not-enough-wear": self = .recordingNotEnoughWear
      case "upload/not-owner": self = .uploadNotOwner
      case "upload/not-found": self = .uploadNotFound
      case "upload/conflict": self = .uploadConflict
      case "upload/illegal-move": self = .uploadIllegalMove
      case "upload/expired": self = .uploadExpired
      case "upload/deleting": self = .uploadDeleting
      case "upload/busy": self = .uploadBusy
      case "upload/fenced": self = .uploadFenced
      case "quota/exceeded": self = .quotaExceeded
      case "report/not-found": self = .reportNotFound
      case "analysis/gave-up": self = .analysisGaveUp
      case "model/not-installed": self = .modelNotInstalled
      case "model/invalid-manifest": self = .modelInvalidManifest
      case "model/hash-mismatch": self = .modelHashMismatch
      case "model/corrupt": self = .modelCorrupt
      case "model/wrong-shape": self = .modelWrongShape
      case "narrator/unavailable": self = .narratorUnavailable
      case "narrator/cap-reached": self = .narratorCapReached
      case "narrator/refused": self = .narratorRefused
      case "narrator/rejected": self = .narratorRejected
      case "narrator/invalid": self = .narratorInvalid
      case "schema/newer": self = .schemaNewer
      case "service/busy": self = .serviceBusy
      case "service/unavailable": self = .serviceUnavailable
      case "internal": self = .`internal`
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .authMissingToken: return "auth/missing-token"
      case .authInvalidToken: return "auth/invalid-token"
      case .authInvalidAppCheck: return "auth/invalid-app-check"
      case .authReplayedAppCheck: return "auth/replayed-app-check"
      case .consentWithdrawn: return "consent/withdrawn"
      case .personErasing: return "person/erasing"
      case .requestMethodNotAllowed: return "request/method-not-allowed"
      case .requestNotFound: return "request/not-found"
      case .requestUnsupportedMediaType: return "request/unsupported-media-type"
      case .requestInvalid: return "request/invalid"
      case .requestTimeout: return "request/timeout"
      case .requestAborted: return "request/aborted"
      case .recordingEmpty: return "recording/empty"
      case .recordingTruncated: return "recording/truncated"
      case .recordingInvalidEncoding: return "recording/invalid-encoding"
      case .recordingInvalidJson: return "recording/invalid-json"
      case .recordingInvalid: return "recording/invalid"
      case .recordingNoSamples: return "recording/no-samples"
      case .recordingNoValidSamples: return "recording/no-valid-samples"
      case .recordingTooLarge: return "recording/too-large"
      case .recordingTooManySamples: return "recording/too-many-samples"
      case .recordingTooManyDays: return "recording/too-many-days"
      case .recordingNothingKnown: return "recording/nothing-known"
      case .recordingMissing: return "recording/missing"
      case .recordingChanged: return "recording/changed"
      case .recordingNotEnoughWear: return "recording/not-enough-wear"
      case .uploadNotOwner: return "upload/not-owner"
      case .uploadNotFound: return "upload/not-found"
      case .uploadConflict: return "upload/conflict"
      case .uploadIllegalMove: return "upload/illegal-move"
      case .uploadExpired: return "upload/expired"
      case .uploadDeleting: return "upload/deleting"
      case .uploadBusy: return "upload/busy"
      case .uploadFenced: return "upload/fenced"
      case .quotaExceeded: return "quota/exceeded"
      case .reportNotFound: return "report/not-found"
      case .analysisGaveUp: return "analysis/gave-up"
      case .modelNotInstalled: return "model/not-installed"
      case .modelInvalidManifest: return "model/invalid-manifest"
      case .modelHashMismatch: return "model/hash-mismatch"
      case .modelCorrupt: return "model/corrupt"
      case .modelWrongShape: return "model/wrong-shape"
      case .narratorUnavailable: return "narrator/unavailable"
      case .narratorCapReached: return "narrator/cap-reached"
      case .narratorRefused: return "narrator/refused"
      case .narratorRejected: return "narrator/rejected"
      case .narratorInvalid: return "narrator/invalid"
      case .schemaNewer: return "schema/newer"
      case .serviceBusy: return "service/busy"
      case .serviceUnavailable: return "service/unavailable"
      case .`internal`: return "internal"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct Receipt: Codable, Hashable, Sendable {
    public var processedSamples: Int
    public var skippedSamples: Int
    public var issues: [Issue]

    public init(
      processedSamples: Int,
      skippedSamples: Int,
      issues: [Issue]
    ) {
      self.processedSamples = processedSamples
      self.skippedSamples = skippedSamples
      self.issues = issues
    }
  }

  public struct Recording: Codable, Hashable, Sendable {
    public var schemaVersion: Int?
    public var userId: String?
    public var uploadId: UploadId?
    public var deviceInfo: DeviceInfo?
    public var timestamp: String?
    public var deletedSamples: [String]?
    public var samples: [RecordingSample]

    public init(
      schemaVersion: Int? = nil,
      userId: String? = nil,
      uploadId: UploadId? = nil,
      deviceInfo: DeviceInfo? = nil,
      timestamp: String? = nil,
      deletedSamples: [String]? = nil,
      samples: [RecordingSample]
    ) {
      self.schemaVersion = schemaVersion
      self.userId = userId
      self.uploadId = uploadId
      self.deviceInfo = deviceInfo
      self.timestamp = timestamp
      self.deletedSamples = deletedSamples
      self.samples = samples
    }
  }

  public struct RecordingSample: Codable, Hashable, Sendable {
    public var uuid: String?
    public var sampleType: String
    public var startDate: String
    public var endDate: String
    public var value: Double?
    public var unit: String?
    public var categoryValue: Int?
    public var metadata: [String: JSONValue]?
    public var sourceRevision: SourceRevision?

    public init(
      uuid: String? = nil,
      sampleType: String,
      startDate: String,
      endDate: String,
      value: Double? = nil,
      unit: String? = nil,
      categoryValue: Int? = nil,
      metadata: [String: JSONValue]? = nil,
      sourceRevision: SourceRevision? = nil
    ) {
      self.uuid = uuid
      self.sampleType = sampleType
      self.startDate = startDate
      self.endDate = endDate
      self.value = value
      self.unit = unit
      self.categoryValue = categoryValue
      self.metadata = metadata
      self.sourceRevision = sourceRevision
    }

    public struct SourceRevision: Codable, Hashable, Sendable {
      public var source: Source?
      public var version: String?
      public var productType: String?
      public var operatingSystemVersion: String?

      public init(
        source: Source? = nil,
        version: String? = nil,
        productType: String? = nil,
        operatingSystemVersion: String? = nil
      ) {
        self.source = source
        self.version = version
        self.productType = productType
        self.operatingSystemVersion = operatingSystemVersion
      }

      public struct Source: Codable, Hashable, Sendable {
        public var name: String?
        public var bundleIdentifier: String?

        public init(
          name: String? = nil,
          bundleIdentifier: String? = nil
        ) {
          self.name = name
          self.bundleIdentifier = bundleIdentifier
        }
      }
    }
  }

  public struct RefreshNarrativeAnswer: Codable, Hashable, Sendable {
    public var source: NarrativeSource

    public init(
      source: NarrativeSource
    ) {
      self.source = source
    }
  }

  public struct ReportQuery: Codable, Hashable, Sendable {
    public var uploadId: UploadId?
    public var week: String?
    public var language: Language?

    public init(
      uploadId: UploadId? = nil,
      week: String? = nil,
      language: Language? = nil
    ) {
      self.uploadId = uploadId
      self.week = week
      self.language = language
    }

    public enum Language: RawRepresentable, Codable, Hashable, Sendable {
      case en
      case es
      case de
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "en": self = .en
        case "es": self = .es
        case "de": self = .de
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .en: return "en"
        case .es: return "es"
        case .de: return "de"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct RequestUploadAnswer: Codable, Hashable, Sendable {
    public var uploadId: UploadId
    /// Object name in the project's default bucket.
    public var path: String
    public var maxBytes: Int

    public init(
      uploadId: UploadId,
      path: String,
      maxBytes: Int
    ) {
      self.uploadId = uploadId
      self.path = path
      self.maxBytes = maxBytes
    }
  }

  public struct RequestUploadInput: Codable, Hashable, Sendable {
    public var contentType: ContentType
    public var sizeBytes: Int
    public var sha256: String?
    public var uploadId: UploadId?

    public init(
      contentType: ContentType,
      sizeBytes: Int,
      sha256: String? = nil,
      uploadId: UploadId? = nil
    ) {
      self.contentType = contentType
      self.sizeBytes = sizeBytes
      self.sha256 = sha256
      self.uploadId = uploadId
    }

    public enum ContentType: RawRepresentable, Codable, Hashable, Sendable {
      case applicationJson
      case applicationXNdjson
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "application/json": self = .applicationJson
        case "application/x-ndjson": self = .applicationXNdjson
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .applicationJson: return "application/json"
        case .applicationXNdjson: return "application/x-ndjson"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct Respiration: Codable, Hashable, Sendable {
    public var nights: [NightRespiration]
    public var breathing: Section<Spread>
    public var oxygen: Section<Oxygen>

    public init(
      nights: [NightRespiration],
      breathing: Section<Spread>,
      oxygen: Section<Oxygen>
    ) {
      self.nights = nights
      self.breathing = breathing
      self.oxygen = oxygen
    }
  }

  public struct RestingHeartRate: Codable, Hashable, Sendable {
    public var bpm: Double
    public var average: Average

    public init(
      bpm: Double,
      average: Average
    ) {
      self.bpm = bpm
      self.average = average
    }
  }

  public struct ResultMeta: Codable, Hashable, Sendable {
    /// Raised with every change of the samples: which of them it knows.
    public var version: Int
    public var traceparent: String
    public var computedAt: Date

    public init(
      version: Int,
      traceparent: String,
      computedAt: Date
    ) {
      self.version = version
      self.traceparent = traceparent
      self.computedAt = computedAt
    }
  }

  public struct RetryUploadAnswer: Codable, Hashable, Sendable {
    public var status: String

    public init(
      status: String = "queued"
    ) {
      self.status = status
    }
  }

  public struct Rhythm: Codable, Hashable, Sendable {
    public var basis: Basis
    public var `is`: Double?
    public var iv: Double?
    public var ra: Double?
    public var l5: RhythmStretch?
    public var m10: RhythmStretch?
    public var adat: Double?
    public var kRa: Double?
    public var kAr: Double?
    public var cosinor: Cosinor?
    public var sri: Double?
    public var sriBasis: SriBasis?

    public init(
      basis: Basis,
      `is`: Double? = nil,
      iv: Double? = nil,
      ra: Double? = nil,
      l5: RhythmStretch? = nil,
      m10: RhythmStretch? = nil,
      adat: Double? = nil,
      kRa: Double? = nil,
      kAr: Double? = nil,
      cosinor: Cosinor? = nil,
      sri: Double? = nil,
      sriBasis: SriBasis? = nil
    ) {
      self.basis = basis
      self.is = `is`
      self.iv = iv
      self.ra = ra
      self.l5 = l5
      self.m10 = m10
      self.adat = adat
      self.kRa = kRa
      self.kAr = kAr
      self.cosinor = cosinor
      self.sri = sri
      self.sriBasis = sriBasis
    }

    public enum Basis: RawRepresentable, Codable, Hashable, Sendable {
      case activityCount
      case stepCount
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "activityCount": self = .activityCount
        case "stepCount": self = .stepCount
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .activityCount: return "activityCount"
        case .stepCount: return "stepCount"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }

    public enum SriBasis: RawRepresentable, Codable, Hashable, Sendable {
      case sleep
      case coleKripke
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "sleep": self = .sleep
        case "coleKripke": self = .coleKripke
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .sleep: return "sleep"
        case .coleKripke: return "coleKripke"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }
  }

  public struct RhythmStretch: Codable, Hashable, Sendable {
    public var mean: Double
    public var onset: String?

    public init(
      mean: Double,
      onset: String? = nil
    ) {
      self.mean = mean
      self.onset = onset
    }
  }

  public enum SampleTypeName: RawRepresentable, Codable, Hashable, Sendable {
    case stepCount
    case distanceWalkingRunning
    case activeEnergyBurned
    case basalEnergyBurned
    case appleExerciseTime
    case flightsClimbed
    case heartRate
    case restingHeartRate
    case walkingHeartRateAverage
    case heartRateVariabilitySDNN
    case respiratoryRate
    case oxygenSaturation
    case vo2Max
    case bodyTemperature
    case appleSleepingWristTemperature
    case activityCount
    case sleepAnalysis
    case mindfulSession
    case workout
    case sleepTotal
    case heartRateVariabilityRMSSD
    case heartRateRecoveryOneMinute
    case walkingSpeed
    case appleWalkingSteadiness
    case appleStandTime
    case timeInDaylight
    case environmentalAudioExposure
    case headphoneAudioExposure
    case bodyMass
    case bloodPressureSystolic
    case bloodPressureDiastolic
    case bloodGlucose
    case electrocardiogram
    case atrialFibrillationBurden
    case sleepApneaEvent
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "stepCount": self = .stepCount
      case "distanceWalkingRunning": self = .distanceWalkingRunning
      case "activeEnergyBurned": self = .activeEnergyBurned
      case "basalEnergyBurned": self = .basalEnergyBurned
      case "appleExerciseTime": self = .appleExerciseTime
      case "flightsClimbed": self = .flightsClimbed
      case "heartRate": self = .heartRate
      case "restingHeartRate": self = .restingHeartRate
      case "walkingHeartRateAverage": self = .walkingHeartRateAverage
      case "heartRateVariabilitySDNN": self = .heartRateVariabilitySDNN
      case "respiratoryRate": self = .respiratoryRate
      case "oxygenSaturation": self = .oxygenSaturation
      case "vo2Max": self = .vo2Max
      case "bodyTemperature": self = .bodyTemperature
      case "appleSleepingWristTemperature": self = .appleSleepingWristTemperature
      case "activityCount": self = .activityCount
      case "sleepAnalysis": self = .sleepAnalysis
      case "mindfulSession": self = .mindfulSession
      case "workout": self = .workout
      case "sleepTotal": self = .sleepTotal
      case "heartRateVariabilityRMSSD": self = .heartRateVariabilityRMSSD
      case "heartRateRecoveryOneMinute": self = .heartRateRecoveryOneMinute
      case "walkingSpeed": self = .walkingSpeed
      case "appleWalkingSteadiness": self = .appleWalkingSteadiness
      case "appleStandTime": self = .appleStandTime
      case "timeInDaylight": self = .timeInDaylight
      case "environmentalAudioExposure": self = .environmentalAudioExposure
      case "headphoneAudioExposure": self = .headphoneAudioExposure
      case "bodyMass": self = .bodyMass
      case "bloodPressureSystolic": self = .bloodPressureSystolic
      case "bloodPressureDiastolic": self = .bloodPressureDiastolic
      case "bloodGlucose": self = .bloodGlucose
      case "electrocardiogram": self = .electrocardiogram
      case "atrialFibrillationBurden": self = .atrialFibrillationBurden
      case "sleepApneaEvent": self = .sleepApneaEvent
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .stepCount: return "stepCount"
      case .distanceWalkingRunning: return "distanceWalkingRunning"
      case .activeEnergyBurned: return "activeEnergyBurned"
      case .basalEnergyBurned: return "basalEnergyBurned"
      case .appleExerciseTime: return "appleExerciseTime"
      case .flightsClimbed: return "flightsClimbed"
      case .heartRate: return "heartRate"
      case .restingHeartRate: return "restingHeartRate"
      case .walkingHeartRateAverage: return "walkingHeartRateAverage"
      case .heartRateVariabilitySDNN: return "heartRateVariabilitySDNN"
      case .respiratoryRate: return "respiratoryRate"
      case .oxygenSaturation: return "oxygenSaturation"
      case .vo2Max: return "vo2Max"
      case .bodyTemperature: return "bodyTemperature"
      case .appleSleepingWristTemperature: return "appleSleepingWristTemperature"
      case .activityCount: return "activityCount"
      case .sleepAnalysis: return "sleepAnalysis"
      case .mindfulSession: return "mindfulSession"
      case .workout: return "workout"
      case .sleepTotal: return "sleepTotal"
      case .heartRateVariabilityRMSSD: return "heartRateVariabilityRMSSD"
      case .heartRateRecoveryOneMinute: return "heartRateRecoveryOneMinute"
      case .walkingSpeed: return "walkingSpeed"
      case .appleWalkingSteadiness: return "appleWalkingSteadiness"
      case .appleStandTime: return "appleStandTime"
      case .timeInDaylight: return "timeInDaylight"
      case .environmentalAudioExposure: return "environmentalAudioExposure"
      case .headphoneAudioExposure: return "headphoneAudioExposure"
      case .bodyMass: return "bodyMass"
      case .bloodPressureSystolic: return "bloodPressureSystolic"
      case .bloodPressureDiastolic: return "bloodPressureDiastolic"
      case .bloodGlucose: return "bloodGlucose"
      case .electrocardiogram: return "electrocardiogram"
      case .atrialFibrillationBurden: return "atrialFibrillationBurden"
      case .sleepApneaEvent: return "sleepApneaEvent"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct Sleep: Codable, Hashable, Sendable {
    public var nights: [Night]
    public var naps: [Nap]
    public var missingNights: [MissingNight]
    public var summary: SleepSummary

    public init(
      nights: [Night],
      naps: [Nap],
      missingNights: [MissingNight],
      summary: SleepSummary
    ) {
      self.nights = nights
      self.naps = naps
      self.missingNights = missingNights
      self.summary = summary
    }
  }

  public enum SleepSource: RawRepresentable, Codable, Hashable, Sendable {
    case healthkitStages
    case healthkitAsleep
    case appTotal
    case sleepModel
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "healthkit-stages": self = .healthkitStages
      case "healthkit-asleep": self = .healthkitAsleep
      case "app-total": self = .appTotal
      case "sleep-model": self = .sleepModel
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .healthkitStages: return "healthkit-stages"
      case .healthkitAsleep: return "healthkit-asleep"
      case .appTotal: return "app-total"
      case .sleepModel: return "sleep-model"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct SleepSummary: Codable, Hashable, Sendable {
    /// In the averages: whole, and of one kind.
    public var nights: Int
    public var kind: Kind?
    public var tstMinutes: Average?
    public var sleep24hMinutes: Average?
    public var se: Average?
    public var sleepMaintenance: Average?
    public var solMinutes: Average?
    public var wasoMinutes: Average?
    public var midpoint: Midpoint?
    public var socialJetLag: SocialJetLag?

    public init(
      nights: Int,
      kind: Kind? = nil,
      tstMinutes: Average? = nil,
      sleep24hMinutes: Average? = nil,
      se: Average? = nil,
      sleepMaintenance: Average? = nil,
      solMinutes: Average? = nil,
      wasoMinutes: Average? = nil,
      midpoint: Midpoint? = nil,
      socialJetLag: SocialJetLag? = nil
    ) {
      self.nights = nights
      self.kind = kind
      self.tstMinutes = tstMinutes
      self.sleep24hMinutes = sleep24hMinutes
      self.se = se
      self.sleepMaintenance = sleepMaintenance
      self.solMinutes = solMinutes
      self.wasoMinutes = wasoMinutes
      self.midpoint = midpoint
      self.socialJetLag = socialJetLag
    }

    public enum Kind: RawRepresentable, Codable, Hashable, Sendable {
      case healthkitStages
      case healthkitAsleep
      case appTotal
      case sleepModel
      case estimated
      /// What a newer server says.
      case unknown(String)

      public init(rawValue: String) {
        switch rawValue {
        case "healthkit-stages": self = .healthkitStages
        case "healthkit-asleep": self = .healthkitAsleep
        case "app-total": self = .appTotal
        case "sleep-model": self = .sleepModel
        case "estimated": self = .estimated
        default: self = .unknown(rawValue)
        }
      }

      public var rawValue: String {
        switch self {
        case .healthkitStages: return "healthkit-stages"
        case .healthkitAsleep: return "healthkit-asleep"
        case .appTotal: return "app-total"
        case .sleepModel: return "sleep-model"
        case .estimated: return "estimated"
        case .unknown(let value): return value
        }
      }

      public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
      }

      public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
      }
    }

    public struct Midpoint: Codable, Hashable, Sendable {
      public var clock: String
      public var minutes: Average

      public init(
        clock: String,
        minutes: Average
      ) {
        self.clock = clock
        self.minutes = minutes
      }
    }
  }

  public struct SocialJetLag: Codable, Hashable, Sendable {
    /// Positive where sleep is later on free days.
    public var minutes: Double
    public var freeNights: Int
    public var workNights: Int

    public init(
      minutes: Double,
      freeNights: Int,
      workNights: Int
    ) {
      self.minutes = minutes
      self.freeNights = freeNights
      self.workNights = workNights
    }
  }

  public enum SourceKind: RawRepresentable, Codable, Hashable, Sendable {
    case watch
    case phone
    case other
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "watch": self = .watch
      case "phone": self = .phone
      case "other": self = .other
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .watch: return "watch"
      case .phone: return "phone"
      case .other: return "other"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct Spread: Codable, Hashable, Sendable {
    public var median: Double
    public var sd: Double?
    public var min: Double
    public var max: Double
    public var n: Int

    public init(
      median: Double,
      sd: Double? = nil,
      min: Double,
      max: Double,
      n: Int
    ) {
      self.median = median
      self.sd = sd
      self.min = min
      self.max = max
      self.n = n
    }
  }

  public struct StageMinutes: Codable, Hashable, Sendable {
    public var core: Double?
    public var deep: Double?
    public var rem: Double?
    public var nrem: Double?
    public var awake: Double?

    public init(
      core: Double? = nil,
      deep: Double? = nil,
      rem: Double? = nil,
      nrem: Double? = nil,
      awake: Double? = nil
    ) {
      self.core = core
      self.deep = deep
      self.rem = rem
      self.nrem = nrem
      self.awake = awake
    }
  }

  public struct StatusAnswer: Codable, Hashable, Sendable {
    public var schemaVersion: Int
    public var uploadId: UploadId
    public var status: UploadStatus
    public var stage: UploadStage
    /// From 0 to 1; never falls while one try lasts.
    public var progress: Double
    /// What is happening, in English.
    public var sentence: String
    /// What the person can do about it, in English.
    public var nextStep: String
    /// How often a worker has taken it up.
    public var attempt: Int
    /// Why it failed; null unless it has.
    public var code: ProblemCode?
    public var message: String?
    public var receipt: Receipt?
    public var requestedAt: String
    public var storedAt: String?
    public var analyzedAt: String?
    public var finishedAt: String?

    public init(
      schemaVersion: Int = 1,
      uploadId: UploadId,
      status: UploadStatus,
      stage: UploadStage,
      progress: Double,
      sentence: String,
      nextStep: String,
      attempt: Int,
      code: ProblemCode? = nil,
      message: String? = nil,
      receipt: Receipt? = nil,
      requestedAt: String,
      storedAt: String? = nil,
      analyzedAt: String? = nil,
      finishedAt: String? = nil
    ) {
      self.schemaVersion = schemaVersion
      self.uploadId = uploadId
      self.status = status
      self.stage = stage
      self.progress = progress
      self.sentence = sentence
      self.nextStep = nextStep
      self.attempt = attempt
      self.code = code
      self.message = message
      self.receipt = receipt
      self.requestedAt = requestedAt
      self.storedAt = storedAt
      self.analyzedAt = analyzedAt
      self.finishedAt = finishedAt
    }
  }

  public struct SummaryDocument: Codable, Hashable, Sendable {
    public var meta: ResultMeta
    public var schemaVersion: Int
    public var formulaVersion: Int
    public var day: String
    public var timeZone: String
    public var complete: Bool
    public var wornMinutes: Double?
    public var sources: [SourceKind]
    public var steps: Double?
    public var distanceMeters: Double?
    public var activeMinutes: Double?
    public var exerciseMinutes: Double?
    public var flightsClimbed: Double?
    public var activeEnergyKcal: Double?
    public var basalEnergyKcal: Double?
    /// The night that ended on the day.
    public var night: Night?
    /// Why there is no night; null while its time is not over.
    public var missingNight: UnavailableReason?
    public var naps: [Naps]
    public var sleep24hMinutes: Double?
    public var restingHeartRateBpm: Double?
    public var lowestSleepingHeartRateBpm: Double?
    public var hrvMs: Double?
    public var breathsPerMinute: Double?
    public var oxygen: Double?
    public var wristCelsius: Double?
    public var workouts: [Workout]
    /// Types that have no field of their own, by the name of the sample type.
    public var measures: [String: JSONValue]

    public init(
      meta: ResultMeta,
      schemaVersion: Int = 1,
      formulaVersion: Int,
      day: String,
      timeZone: String,
      complete: Bool,
      wornMinutes: Double? = nil,
      sources: [SourceKind],
      steps: Double? = nil,
      distanceMeters: Double? = nil,
      activeMinutes: Double? = nil,
      exerciseMinutes: Double? = nil,
      flightsClimbed: Double? = nil,
      activeEnergyKcal: Double? = nil,
      basalEnergyKcal: Double? = nil,
      night: Night? = nil,
      missingNight: UnavailableReason? = nil,
      naps: [Naps],
      sleep24hMinutes: Double? = nil,
      restingHeartRateBpm: Double? = nil,
      lowestSleepingHeartRateBpm: Double? = nil,
      hrvMs: Double? = nil,
      breathsPerMinute: Double? = nil,
      oxygen: Double? = nil,
      wristCelsius: Double? = nil,
      workouts: [Workout],
      measures: [String: JSONValue]
    ) {
      self.meta = meta
      self.schemaVersion = schemaVersion
      self.formulaVersion = formulaVersion
      self.day = day
      self.timeZone = timeZone
      self.complete = complete
      self.wornMinutes = wornMinutes
      self.sources = sources
      self.steps = steps
      self.distanceMeters = distanceMeters
      self.activeMinutes = activeMinutes
      self.exerciseMinutes = exerciseMinutes
      self.flightsClimbed = flightsClimbed
      self.activeEnergyKcal = activeEnergyKcal
      self.basalEnergyKcal = basalEnergyKcal
      self.night = night
      self.missingNight = missingNight
      self.naps = naps
      self.sleep24hMinutes = sleep24hMinutes
      self.restingHeartRateBpm = restingHeartRateBpm
      self.lowestSleepingHeartRateBpm = lowestSleepingHeartRateBpm
      self.hrvMs = hrvMs
      self.breathsPerMinute = breathsPerMinute
      self.oxygen = oxygen
      self.wristCelsius = wristCelsius
      self.workouts = workouts
      self.measures = measures
    }

    public struct Naps: Codable, Hashable, Sendable {
      public var start: String
      public var end: String
      public var tstMinutes: Double

      public init(
        start: String,
        end: String,
        tstMinutes: Double
      ) {
        self.start = start
        self.end = end
        self.tstMinutes = tstMinutes
      }
    }
  }

  public struct Tokens: Codable, Hashable, Sendable {
    public var input: Int
    public var output: Int

    public init(
      input: Int,
      output: Int
    ) {
      self.input = input
      self.output = output
    }
  }

  public struct Typical: Codable, Hashable, Sendable {
    public var ranges: TypicalRanges
    public var flags: [Flag]

    public init(
      ranges: TypicalRanges,
      flags: [Flag]
    ) {
      self.ranges = ranges
      self.flags = flags
    }
  }

  public struct TypicalRange: Codable, Hashable, Sendable {
    public var median: Double
    public var low: Double
    public var high: Double
    public var p10: Double
    public var p90: Double
    public var nights: Int

    public init(
      median: Double,
      low: Double,
      high: Double,
      p10: Double,
      p90: Double,
      nights: Int
    ) {
      self.median = median
      self.low = low
      self.high = high
      self.p10 = p10
      self.p90 = p90
      self.nights = nights
    }
  }

  public struct TypicalRanges: Codable, Hashable, Sendable {
    public var tstMinutes: TypicalRange?
    public var midpointMinutes: TypicalRange?
    public var lowestHeartRateBpm: TypicalRange?
    public var hrvMs: TypicalRange?
    public var breathsPerMinute: TypicalRange?
    public var oxygen: TypicalRange?
    public var wristCelsius: TypicalRange?

    public init(
      tstMinutes: TypicalRange? = nil,
      midpointMinutes: TypicalRange? = nil,
      lowestHeartRateBpm: TypicalRange? = nil,
      hrvMs: TypicalRange? = nil,
      breathsPerMinute: TypicalRange? = nil,
      oxygen: TypicalRange? = nil,
      wristCelsius: TypicalRange? = nil
    ) {
      self.tstMinutes = tstMinutes
      self.midpointMinutes = midpointMinutes
      self.lowestHeartRateBpm = lowestHeartRateBpm
      self.hrvMs = hrvMs
      self.breathsPerMinute = breathsPerMinute
      self.oxygen = oxygen
      self.wristCelsius = wristCelsius
    }
  }

  public typealias Uid = String

  public struct Unavailable: Codable, Hashable, Sendable {
    public var unavailable: UnavailableReason

    public init(
      unavailable: UnavailableReason
    ) {
      self.unavailable = unavailable
    }
  }

  public enum UnavailableReason: RawRepresentable, Codable, Hashable, Sendable {
    case noSamples
    case recordingNotEnoughWear
    case recordingNoWearable
    case recordingUnresolvedMinutes
    case recordingNotEnoughNights
    case modelNotInstalled
    case modelTooUncertain
    case watchOff
    case nightNotFound
    case partial
    case tooSparse
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "no-samples": self = .noSamples
      case "recording/not-enough-wear": self = .recordingNotEnoughWear
      case "recording/no-wearable": self = .recordingNoWearable
      case "recording/unresolved-minutes": self = .recordingUnresolvedMinutes
      case "recording/not-enough-nights": self = .recordingNotEnoughNights
      case "model/not-installed": self = .modelNotInstalled
      case "model/too-uncertain": self = .modelTooUncertain
      case "watch-off": self = .watchOff
      case "night-not-found": self = .nightNotFound
      case "partial": self = .partial
      case "too-sparse": self = .tooSparse
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .noSamples: return "no-samples"
      case .recordingNotEnoughWear: return "recording/not-enough-wear"
      case .recordingNoWearable: return "recording/no-wearable"
      case .recordingUnresolvedMinutes: return "recording/unresolved-minutes"
      case .recordingNotEnoughNights: return "recording/not-enough-nights"
      case .modelNotInstalled: return "model/not-installed"
      case .modelTooUncertain: return "model/too-uncertain"
      case .watchOff: return "watch-off"
      case .nightNotFound: return "night-not-found"
      case .partial: return "partial"
      case .tooSparse: return "too-sparse"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct UploadAnswer: Codable, Hashable, Sendable {
    public var success: Bool
    public var uploadId: UploadId
    /// The same call again gets the same answer. Watch the status document for more.
    public var status: String
    public var processedSamples: Int
    public var skippedSamples: Int
    /// The first samples that were left out, and why.
    public var errors: [Issue]
    public var message: String

    public init(
      success: Bool = true,
      uploadId: UploadId,
      status: String = "queued",
      processedSamples: Int,
      skippedSamples: Int,
      errors: [Issue],
      message: String
    ) {
      self.success = success
      self.uploadId = uploadId
      self.status = status
      self.processedSamples = processedSamples
      self.skippedSamples = skippedSamples
      self.errors = errors
      self.message = message
    }
  }

  public struct UploadDocument: Codable, Hashable, Sendable {
    public var schemaVersion: Int
    public var uploadId: UploadId
    public var status: UploadStatus
    public var stage: UploadStage
    /// From 0 to 1; never falls while one try lasts.
    public var progress: Double
    /// What is happening, in English.
    public var sentence: String
    /// What the person can do about it, in English.
    public var nextStep: String
    /// Another for every upload, also of the same id.
    public var incarnation: String
    public var attempt: Int
    public var lease: Lease?
    public var trouble: Trouble
    public var provisional: Bool
    public var shard: Int?
    public var nextLookAt: Date?
    public var looks: Int?
    public var code: ProblemCode?
    public var message: String?
    public var announced: Announcement
    public var receipt: Receipt?
    public var traceparent: String
    public var attemptTraceparent: String?
    public var earlierTraceparent: String?
    public var requestedAt: Date
    public var storedAt: Date?
    public var analyzedAt: Date?
    public var finishedAt: Date?
    public var createdAt: Date
    public var updatedAt: Date

    public init(
      schemaVersion: Int = 1,
      uploadId: UploadId,
      status: UploadStatus,
      stage: UploadStage,
      progress: Double,
      sentence: String,
      nextStep: String,
      incarnation: String,
      attempt: Int,
      lease: Lease? = nil,
      trouble: Trouble,
      provisional: Bool,
      shard: Int? = nil,
      nextLookAt: Date? = nil,
      looks: Int? = nil,
      code: ProblemCode? = nil,
      message: String? = nil,
      announced: Announcement,
      receipt: Receipt? = nil,
      traceparent: String,
      attemptTraceparent: String? = nil,
      earlierTraceparent: String? = nil,
      requestedAt: Date,
      storedAt: Date? = nil,
      analyzedAt: Date? = nil,
      finishedAt: Date? = nil,
      createdAt: Date,
      updatedAt: Date
    ) {
      self.schemaVersion = schemaVersion
      self.uploadId = uploadId
      self.status = status
      self.stage = stage
      self.progress = progress
      self.sentence = sentence
      self.nextStep = nextStep
      self.incarnation = incarnation
      self.attempt = attempt
      self.lease = lease
      self.trouble = trouble
      self.provisional = provisional
      self.shard = shard
      self.nextLookAt = nextLookAt
      self.looks = looks
      self.code = code
      self.message = message
      self.announced = announced
      self.receipt = receipt
      self.traceparent = traceparent
      self.attemptTraceparent = attemptTraceparent
      self.earlierTraceparent = earlierTraceparent
      self.requestedAt = requestedAt
      self.storedAt = storedAt
      self.analyzedAt = analyzedAt
      self.finishedAt = finishedAt
      self.createdAt = createdAt
      self.updatedAt = updatedAt
    }

    public struct Trouble: Codable, Hashable, Sendable {
      public var crashes: Int
      public var since: Date?

      public init(
        crashes: Int,
        since: Date? = nil
      ) {
        self.crashes = crashes
        self.since = since
      }
    }
  }

  public typealias UploadId = String

  public struct UploadIdInput: Codable, Hashable, Sendable {
    public var uploadId: UploadId

    public init(
      uploadId: UploadId
    ) {
      self.uploadId = uploadId
    }
  }

  public enum UploadStage: RawRepresentable, Codable, Hashable, Sendable {
    case upload
    case analysis
    case narrative
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "upload": self = .upload
      case "analysis": self = .analysis
      case "narrative": self = .narrative
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .upload: return "upload"
      case .analysis: return "analysis"
      case .narrative: return "narrative"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public enum UploadStatus: RawRepresentable, Codable, Hashable, Sendable {
    case requested
    case queued
    case processing
    case succeeded
    case failed
    case deleting
    /// What a newer server says.
    case unknown(String)

    public init(rawValue: String) {
      switch rawValue {
      case "requested": self = .requested
      case "queued": self = .queued
      case "processing": self = .processing
      case "succeeded": self = .succeeded
      case "failed": self = .failed
      case "deleting": self = .deleting
      default: self = .unknown(rawValue)
      }
    }

    public var rawValue: String {
      switch self {
      case .requested: return "requested"
      case .queued: return "queued"
      case .processing: return "processing"
      case .succeeded: return "succeeded"
      case .failed: return "failed"
      case .deleting: return "deleting"
      case .unknown(let value): return value
      }
    }

    public init(from decoder: any Decoder) throws {
      self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(rawValue)
    }
  }

  public struct WeekDigestDocument: Codable, Hashable, Sendable {
    public var monday: String
    public var sleepBins: [Double]
    public var sleepDays: Int
    public var nights: [NightValues]

    public init(
      monday: String,
      sleepBins: [Double],
      sleepDays: Int,
      nights: [NightValues]
    ) {
      self.monday = monday
      self.sleepBins = sleepBins
      self.sleepDays = sleepDays
      self.nights = nights
    }
  }

  public struct WeekDocument: Codable, Hashable, Sendable {
    public var schemaVersion: Int
    public var monday: String
    public var content: Content
    public var text: Text
    public var mark: WeekMarkDocument
    public var meta: ResultMeta

    public init(
      schemaVersion: Int = 2,
      monday: String,
      content: Content,
      text: Text,
      mark: WeekMarkDocument,
      meta: ResultMeta
    ) {
      self.schemaVersion = schemaVersion
      self.monday = monday
      self.content = content
      self.text = text
      self.mark = mark
      self.meta = meta
    }

    public struct Content: Codable, Hashable, Sendable {
      public var schemaVersion: Int
      public var formulaVersion: Int
      public var window: AnalysisWindow
      public var coverage: Coverage
      public var activity: Section<Activity>
      public var rhythm: Section<Rhythm>
      public var sleep: Section<Sleep>
      public var cardio: Section<Cardio>
      public var respiration: Section<Respiration>
      public var measures: [Measure]
      public var typical: Typical
      public var embedding: Section<Embedding>
      public var actigraphySleep: ActigraphySleep?
      /// A model could not be loaded; the analysis is made again.
      public var provisional: Bool?
      public var models: [Model]

      public init(
        schemaVersion: Int = 2,
        formulaVersion: Int,
        window: AnalysisWindow,
        coverage: Coverage,
        activity: Section<Activity>,
        rhythm: Section<Rhythm>,
        sleep: Section<Sleep>,
        cardio: Section<Cardio>,
        respiration: Section<Respiration>,
        measures: [Measure],
        typical: Typical,
        embedding: Section<Embedding>,
        actigraphySleep: ActigraphySleep? = nil,
        provisional: Bool? = nil,
        models: [Model]
      ) {
        self.schemaVersion = schemaVersion
        self.formulaVersion = formulaVersion
        self.window = window
        self.coverage = coverage
        self.activity = activity
        self.rhythm = rhythm
        self.sleep = sleep
        self.cardio = cardio
        self.respiration = respiration
        self.measures = measures
        self.typical = typical
        self.embedding = embedding
        self.actigraphySleep = actigraphySleep
        self.provisional = provisional
        self.models = models
      }
    }

    public struct Text: Codable, Hashable, Sendable {
      public var schemaVersion: Int
      public var status: String
      public var source: NarrativeSource
      /// Why the template stands; null for a generated text.
      public var reason: String?
      public var replaceable: Bool
      public var language: Language
      public var summary: String
      public var highlights: [String]
      public var suggestions: [String]
      public var facts: [Fact]
      public var modelVersion: String?
      public var promptVersion: String?
      public var draft: Draft?
      public var tokens: Tokens?
      public var traceparent: String

      public init(
        schemaVersion: Int = 1,
        status: String = "written",
        source: NarrativeSource,
        reason: String? = nil,
        replaceable: Bool,
        language: Language,
        summary: String,
        highlights: [String],
        suggestions: [String],
        facts: [Fact],
        modelVersion: String? = nil,
        promptVersion: String? = nil,
        draft: Draft? = nil,
        tokens: Tokens? = nil,
        traceparent: String
      ) {
        self.schemaVersion = schemaVersion
        self.status = status
        self.source = source
        self.reason = reason
        self.replaceable = replaceable
        self.language = language
        self.summary = summary
        self.highlights = highlights
        self.suggestions = suggestions
        self.facts = facts
        self.modelVersion = modelVersion
        self.promptVersion = promptVersion
        self.draft = draft
        self.tokens = tokens
        self.traceparent = traceparent
      }
    }
  }

  public struct WeekMarkDocument: Codable, Hashable, Sendable {
    public var monday: String
    public var digest: WeekDigestDocument
    public var content: String
    public var summaries: [String: JSONValue]

    public init(
      monday: String,
      digest: WeekDigestDocument,
      content: String,
      summaries: [String: JSONValue]
    ) {
      self.monday = monday
      self.digest = digest
      self.content = content
      self.summaries = summaries
    }
  }

  public struct Workout: Codable, Hashable, Sendable {
    public var activityType: Int
    public var start: String
    public var minutes: Double

    public init(
      activityType: Int,
      start: String,
      minutes: Double
    ) {
      self.activityType = activityType
      self.start = start
      self.minutes = minutes
    }
  }
}
