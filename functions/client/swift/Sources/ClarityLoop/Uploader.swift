import Foundation

/// What the server says when it does not take something.
public struct UploadError: Error {
  public let problem: ClarityLoop.Problem
  /// Seconds after which the same may succeed.
  public let retryAfter: TimeInterval?
}

/// Uploads that go on while the app is suspended or gone: a background session takes files only. Make one for the life of
/// the app, with the same identifier after every launch, so that it hears of what was under way.
public final class Uploader: NSObject, URLSessionDataDelegate {
  /// Told once for every upload, on a queue of the session: the answer, an `UploadError`, or what URLSession says.
  public typealias Completion = @Sendable (_ uploadId: String, _ result: Result<ClarityLoop.UploadAnswer, any Error>) -> Void

  private let endpoint: URL
  private let completion: Completion
  private let lock = NSLock()
  private var answers: [Int: Data] = [:]
  private var session: URLSession!

  /// - Parameter endpoint: the address of the function `uploadRecording`
  public init(endpoint: URL, identifier: String = "clarity-loop", completion: @escaping Completion) {
    self.endpoint = endpoint
    self.completion = completion
    super.init()
    let configuration = URLSessionConfiguration.background(withIdentifier: identifier)
    configuration.sessionSendsLaunchEvents = true
    session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
  }

  /// Sends a file that holds one recording as JSON, at most 32 MiB. The file must stay until the completion; the same id
  /// with the same file is the same upload, however often it is sent.
  ///
  /// - Parameter uploadId: 8 to 64 letters, digits, "_" or "-"
  /// - Parameter idToken: of Firebase; it is good for an hour, so `auth/invalid-token` asks for another and the same file
  public func upload(file: URL, uploadId: String, idToken: String, appCheckToken: String? = nil) {
    var request = URLRequest(url: endpoint)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue("Bearer \(idToken)", forHTTPHeaderField: "Authorization")
    request.setValue(uploadId, forHTTPHeaderField: "Idempotency-Key")
    if let appCheckToken { request.setValue(appCheckToken, forHTTPHeaderField: "X-Firebase-AppCheck") }
    let task = session.uploadTask(with: request, fromFile: file)
    // Kept by the system over launches of the app.
    task.taskDescription = uploadId
    task.resume()
  }

  public func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    lock.lock()
    defer { lock.unlock() }
    answers[dataTask.taskIdentifier, default: Data()].append(data)
  }

  public func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    lock.lock()
    let body = answers.removeValue(forKey: task.taskIdentifier) ?? Data()
    lock.unlock()
    let uploadId = task.taskDescription ?? ""
    if let error {
      completion(uploadId, .failure(error))
      return
    }
    completion(uploadId, Result { try Self.answer(body, task.response as? HTTPURLResponse) })
  }

  /// - Throws: `UploadError` for a problem document; `DecodingError` for what is neither that nor an answer
  static func answer(_ body: Data, _ response: HTTPURLResponse?) throws -> ClarityLoop.UploadAnswer {
    let decoder = JSONDecoder()
    if response?.statusCode == 202 { return try decoder.decode(ClarityLoop.UploadAnswer.self, from: body) }
    let problem = try decoder.decode(ClarityLoop.Problem.self, from: body)
    let retryAfter = response?.value(forHTTPHeaderField: "Retry-After").flatMap(TimeInterval.init)
    throw UploadError(problem: problem, retryAfter: retryAfter)
  }
}
