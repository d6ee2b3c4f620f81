package import Addressing
import Kernel
package import TransportSecurity

/// One request and its response, on a connection and a thread of its own: a server that hangs holds up only its caller, and
/// the caller only until the timeout.
package enum HTTPClient {
  package struct Response: Sendable {
    package let status: Int
    package let body: [UInt8]
  }

  package struct Failure: Error {
    /// The server took the connection, so it may have carried out the request.
    package let hasConnected: Bool
    package let cause: any Error

    package var isTimeout: Bool { cause is HTTPConnection.TimedOut }
  }

  /// - Parameters:
  ///   - thread: the thread's name, at most 15 bytes.
  ///   - bodyLimit: the largest body that is accepted, in bytes.
  package static func perform(
    _ request: HTTPRequest, at address: ServerAddress, tls: TLSContext? = nil, timeout: Duration,
    bodyLimit: Int = HTTPResponseReader.maximumBody, thread: StaticString
  ) async throws(Failure) -> Response {
    do {
      return try await onDedicatedThread(thread) { () throws in
        let connection: HTTPConnection
        do {
          connection = try HTTPConnection(to: address, until: HTTPConnection.Deadline(after: timeout), tls: tls)
        } catch {
          throw Failure(hasConnected: false, cause: error)
        }
        do {
          try connection.send(request.bytes)
          var reader = HTTPResponseReader(limit: bodyLimit)
          try connection.receive(into: &reader)
          return Response(status: reader.status, body: reader.body)
        } catch {
          throw Failure(hasConnected: true, cause: error)
        }
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(hasConnected: false, cause: error)
    }
  }
}
