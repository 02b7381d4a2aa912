import XCTest

@testable import ClarityLoop

final class UploaderTests: XCTestCase {
  private func response(_ status: Int, _ headers: [String: String] = [:]) -> HTTPURLResponse {
    HTTPURLResponse(url: URL(string: "https://example.org")!, statusCode: status, httpVersion: nil, headerFields: headers)!
  }

  func testAProblemIsAnErrorWithItsCode() throws {
    let body = Data(
      #"{"type":"urn:x","title":"t","status":429,"code":"quota/exceeded","requestId":"request-1"}"#.utf8)
    XCTAssertThrowsError(try Uploader.answer(body, response(429, ["Retry-After": "30"]))) { error in
      let problem = error as? UploadError
      XCTAssertEqual(problem?.problem.code, .quotaExceeded)
      XCTAssertEqual(problem?.problem.requestId, "request-1")
      XCTAssertEqual(problem?.retryAfter, 30)
    }
  }

  func testACodeOfANewerServerBreaksNothing() throws {
    let body = Data(
      #"{"type":"urn:x","title":"t","status":503,"code":"weather/too-hot","requestId":"request-1"}"#.utf8)
    XCTAssertThrowsError(try Uploader.answer(body, response(503))) { error in
      XCTAssertEqual((error as? UploadError)?.problem.code, .unknown("weather/too-hot"))
    }
  }
}
