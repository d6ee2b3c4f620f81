import EngineModel
import Glibc
import NIOCore
import TestHosts
import Testing

@testable import TransportSecurity

/// Two ends of a connection in memory.
@Suite struct TLSSessionTests {
  private func withCertificates(_ use: (Certificates) async throws -> Void) async throws {
    var template = Array("/tmp/causeway-tls-XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { for name in names(in: folder) { unlink("\(folder)/\(name)") } }
    defer { rmdir(folder) }
    try await use(try await Certificates.make(in: folder, serverNames: "IP:192.0.2.1,DNS:engine.test"))
  }

  private func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names
  }

  private struct Pair {
    let server: TLSSession
    let client: TLSSession

    init(_ certificates: Certificates, client name: String?, expecting host: String) throws {
      server = try TLSSession(
        try .server(
          TLSFiles(
            authority: certificates.path("ca"), certificate: certificates.path("server"),
            key: certificates.path("server-key"))), serverName: nil)
      client = try TLSSession(
        try .client(
          TLSFiles(
            authority: certificates.path("ca"), certificate: name.map(certificates.path),
            key: name.map { certificates.path("\($0)-key") }), verifies: true), serverName: host)
    }

    func carry() {
      let allocator = ByteBufferAllocator()
      while true {
        let (up, down) = (client.takeOutput(allocator), server.takeOutput(allocator))
        if let up { server.feed(up) }
        if let down { client.feed(down) }
        if up == nil, down == nil { return }
      }
    }

    /// Both ends' last word on the handshake.
    func shakeHands() -> (server: TLSSession.Handshake, client: TLSSession.Handshake) {
      var result = (server: TLSSession.Handshake.incomplete, client: TLSSession.Handshake.incomplete)
      for _ in 0..<6 {
        if case .incomplete = result.client { result.client = client.handshake() }
        carry()
        if case .incomplete = result.server { result.server = server.handshake() }
        carry()
      }
      return result
    }
  }

  @Test func whatIsWrittenOnOneSideIsReadOnTheOther() async throws {
    try await withCertificates { certificates in
      let pair = try Pair(certificates, client: "client", expecting: "192.0.2.1")
      guard case (.complete, .complete) = pair.shakeHands() else {
        Issue.record("no handshake")
        return
      }
      let allocator = ByteBufferAllocator()
      let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
      try pair.client.write(allocator.buffer(bytes: sent))
      pair.client.endOutput()
      pair.carry()
      guard case .bytes(let received) = pair.server.read(allocator) else {
        Issue.record("nothing came")
        return
      }
      #expect(Array(received.readableBytesView) == sent)
      guard case .ended = pair.server.read(allocator) else {
        Issue.record("no end")
        return
      }
      // The other direction goes on.
      try pair.server.write(allocator.buffer(string: "still here"))
      pair.carry()
      guard case .bytes(let answer) = pair.client.read(allocator) else {
        Issue.record("no answer")
        return
      }
      #expect(String(buffer: answer) == "still here")
    }
  }

  @Test(arguments: [("client", "engine.test", true), ("client", "other.test", false), ("client", "192.0.2.9", false)])
  func theClientKnowsTheServerByItsName(_ client: String, _ name: String, _ isRight: Bool) async throws {
    try await withCertificates { certificates in
      let outcome = try Pair(certificates, client: client, expecting: name).shakeHands()
      if case .complete = outcome.client { #expect(isRight) } else { #expect(!isRight) }
    }
  }

  @Test(arguments: [nil, "stranger", "server"])
  func theServerRefusesWhoeverCannotProveItself(_ client: String?) async throws {
    try await withCertificates { certificates in
      let pair = try Pair(certificates, client: client, expecting: "engine.test")
      guard case .failed(let fault) = pair.shakeHands().server else {
        Issue.record("it was let in")
        return
      }
      #expect(!fault.description.isEmpty)
      // The client is told by an alert.
      guard case .failed(let told) = pair.client.read(ByteBufferAllocator()) else {
        Issue.record("the client was not told")
        return
      }
      #expect(told.description.contains("alert"), "\(told)")
    }
  }

  @Test func ciphertextThatWasTamperedWithIsAFault() async throws {
    try await withCertificates { certificates in
      let pair = try Pair(certificates, client: "client", expecting: "engine.test")
      _ = pair.shakeHands()
      let allocator = ByteBufferAllocator()
      try pair.client.write(allocator.buffer(string: "hello"))
      guard var cipher = pair.client.takeOutput(allocator) else {
        Issue.record("nothing was sent")
        return
      }
      let last = cipher.writerIndex - 1
      cipher.setInteger((cipher.getInteger(at: last) ?? UInt8(0)) ^ 1, at: last)
      pair.server.feed(cipher)
      guard case .failed = pair.server.read(allocator) else {
        Issue.record("it was believed")
        return
      }
    }
  }

  @Test func filesThatDoNotFitAreNamed() async throws {
    try await withCertificates { certificates in
      func refusal(_ files: TLSFiles) -> String {
        do {
          _ = try TLSContext.server(files)
          return "none"
        } catch {
          return error.message
        }
      }
      let (server, key) = (certificates.path("server"), certificates.path("server-key"))
      #expect(refusal(TLSFiles(certificate: server)) == "TLS needs a certificate and its key")
      #expect(refusal(TLSFiles(certificate: "/no", key: key)) == "could not load the TLS certificate /no")
      #expect(refusal(TLSFiles(certificate: server, key: "/no")) == "could not load the TLS key /no")
      #expect(
        refusal(TLSFiles(authority: "/no", certificate: server, key: key)) == "could not read the CA certificate /no")
      #expect(refusal(TLSFiles(certificate: server, key: certificates.path("client-key"))).hasPrefix("could not load"))
      #expect(refusal(TLSFiles(certificate: server, key: key)) == "none")
    }
  }
}
