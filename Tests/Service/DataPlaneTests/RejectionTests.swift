import Addressing
@testable import DataPlane
import Glibc
import Testing

@Suite struct RejectionTests {
  @Test func aRejectionHasWords() throws {
    let address = try #require(IPAddress("192.0.2.1"))
    let rejection = DataPlaneRejection(reasons: [
      .port(PortReservation(address: address, port: 80, transport: .tcp), errno: EADDRINUSE),
      .sandbox(id: String(repeating: "a", count: 64), errno: ENOENT), .journal(errno: ENOSPC), .malformed,
    ])
    #expect(
      "\(rejection)"
        == "the data plane refused the change: port 192.0.2.1:80/tcp: Address already in use; the network namespace of "
        + "aaaaaaaaaaaa: No such file or directory; the journal of the data plane cannot be written: No space left on "
        + "device; the data plane does not understand the request: engine and data plane have different versions. "
        + "Restart the engine")
  }
}
