import JSON
package import Addressing
package import Cluster
import HTTPExchange
import Kernel
import Synchronization
package import TransportSecurity

/// The cluster store: etcd 3.4 or later, through its JSON gateway. Each request has a connection and a thread of its
/// own and ends at its timeout.
///
/// With several servers, requests go first to the one that answered last. The next one is tried only if no connection
/// was made, so that no request is carried out twice.
package final class EtcdClient: Sendable {
  private let servers: [ServerAddress]
  /// The prefix of every path, with a slash at its end.
  private let prefix: String
  private let timeout: Duration
  private let tls: TLSContext?
  private let preferred = Mutex(0)

  /// The largest accepted answer, in bytes: all records at once.
  private static let largestAnswer = 256 << 20

  /// - Parameters:
  ///   - servers: at least one.
  ///   - prefix: the prefix of all keys of this cluster, without a slash at its end.
  ///   - timeout: the timeout of a request.
  ///   - tls: `nil`: plain HTTP.
  package init(
    servers: [ServerAddress], prefix: String, timeout: Duration = .seconds(5), tls: TLSContext? = nil
  ) {
    self.servers = servers
    self.prefix = prefix + "/"
    self.timeout = timeout
    self.tls = tls
  }

  // MARK: Records

  package func snapshot() async throws(StoreFailure) -> Snapshot {
    let body = EtcdMessages.object(("key", EtcdMessages.key(prefix)), ("range_end", EtcdMessages.end(of: prefix)))
    let answer = try await ask("kv/range", body, as: EtcdMessages.RangeAnswer.self)
    var texts: [String: String] = [:]
    var changedBy: [String: Int64] = [:]
    for pair in answer.kvs {
      guard let path = path(pair.key), let value = Base64.decode(pair.value) else { continue }
      texts[path] = String(decoding: value, as: UTF8.self)
      changedBy[path] = Int64(pair.mod_revision) ?? 0
    }
    return Snapshot(texts: texts, changedBy: changedBy, revision: try Self.number(answer.header.revision))
  }

  /// - Throws: ``StoreFailure``; after one of the kind `silent` the transaction may have been carried out.
  package func commit(_ transaction: Transaction) async throws(StoreFailure) -> TransactionOutcome {
    let body = EtcdMessages.object(
      ("compare", .array(transaction.conditions.map { EtcdMessages.compare($0, prefix) })),
      ("success", .array(transaction.acts.map { EtcdMessages.act($0, prefix) })))
    let answer = try await ask("kv/txn", body, as: EtcdMessages.TransactionAnswer.self)
    return TransactionOutcome(isDone: answer.succeeded, revision: try Self.number(answer.header.revision))
  }

  // MARK: Leases

  /// - Returns: the lease's id.
  package func grantLease(seconds: Int) async throws(StoreFailure) -> Int64 {
    let body = EtcdMessages.object(("TTL", .string("\(seconds)")))
    return try Self.number(try await ask("lease/grant", body, as: EtcdMessages.LeaseAnswer.self).ID)
  }

  /// - Returns: whether the lease still exists.
  package func keepAlive(lease: Int64) async throws(StoreFailure) -> Bool {
    let body = EtcdMessages.object(("ID", .string("\(lease)")))
    let answer = try await ask("lease/keepalive", body, as: EtcdMessages.KeepAliveAnswer.self)
    return Int64(answer.result.TTL) ?? 0 > 0
  }

  /// Revokes a lease; the store deletes its records.
  package func revoke(lease: Int64) async throws(StoreFailure) {
    let body = EtcdMessages.object(("ID", .string("\(lease)")))
    _ = try await ask("lease/revoke", body, as: EtcdMessages.LeaseAnswer.self)
  }

  // MARK: Watching

  /// The changes after a revision, in order. Ends with a ``StoreFailure`` when the connection ends, or when the store
  /// has compacted that revision.
  package func changes(after revision: Int64) -> AsyncThrowingStream<[ClusterChange], any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: [ClusterChange].self)
    let flag = Flag()
    continuation.onTermination = { _ in flag.set() }
    let (prefix, server) = (prefix, servers[preferred.withLock { $0 }])
    let (timeout, tls) = (timeout, tls)
    Task {
      do {
        try await onDedicatedThread("cluster-watch") {
          try Self.follow(server, tls, prefix, after: revision, timeout, until: flag) { continuation.yield($0) }
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    return stream
  }

  private final class Flag: Sendable {
    private let isSet = Atomic(false)
    func set() { isSet.store(true, ordering: .relaxed) }
    var isRaised: Bool { isSet.load(ordering: .relaxed) }
  }

  private static func follow(
    _ server: ServerAddress, _ tls: TLSContext?, _ prefix: String, after revision: Int64, _ timeout: Duration,
    until flag: Flag,
    _ tell: ([ClusterChange]) -> Void
  ) throws {
    let create = EtcdMessages.object(
      ("key", EtcdMessages.key(prefix)), ("range_end", EtcdMessages.end(of: prefix)),
      ("start_revision", .string("\(revision + 1)")))
    let request = request("watch", EtcdMessages.object(("create_request", create)))
    do {
      var connection = try HTTPConnection(to: server, until: HTTPConnection.Deadline(after: timeout), tls: tls)
      try connection.send(request.bytes)
      var reader = HTTPResponseReader(limit: largestAnswer)
      var pending: [UInt8] = []
      while !reader.isComplete, !flag.isRaised {
        // Short timeouts, so that the loop sees when the stream was cancelled.
        connection.deadline = HTTPConnection.Deadline(after: .milliseconds(500))
        do {
          try connection.receivePart(into: &reader)
        } catch is HTTPConnection.TimedOut {
          continue
        }
        pending += reader.takeBody()
        guard reader.status == 0 || reader.status == 200 else {
          throw StoreFailure(.refused, "watching: HTTP status \(reader.status)")
        }
        while let end = pending.firstIndex(of: 0x0A) {
          if let batch = try batch(Array(pending[..<end]), prefix) { tell(batch) }
          pending.removeFirst(end + 1)
        }
      }
      if !flag.isRaised { throw StoreFailure(.silent, "it ended the watch") }
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw StoreFailure(.unreachable, "\(server): \(error)")
    }
  }

  private static func batch(_ line: [UInt8], _ prefix: String) throws(StoreFailure) -> [ClusterChange]? {
    guard line.contains(where: { $0 > 0x20 }) else { return nil }
    let result = try decoded(EtcdMessages.WatchAnswer.self, from: line).result
    guard !result.canceled else {
      throw StoreFailure(.refused, "it ended the watch: \(result.cancel_reason) \(result.compact_revision)")
    }
    guard !result.created else { return nil }
    let changes = result.events.compactMap { event -> ClusterChange? in
      guard let path = path(event.kv.key, prefix) else { return nil }
      let revision = Int64(event.kv.mod_revision) ?? 0
      guard event.type != "DELETE" else { return ClusterChange(path: path, text: nil, revision: revision) }
      guard let value = Base64.decode(event.kv.value) else { return nil }
      return ClusterChange(path: path, text: String(decoding: value, as: UTF8.self), revision: revision)
    }
    return changes
  }

  // MARK: Requests

  private func path(_ key: String) -> String? { Self.path(key, prefix) }

  private static func path(_ key: String, _ prefix: String) -> String? {
    guard let bytes = Base64.decode(key) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  private static func number(_ text: String) throws(StoreFailure) -> Int64 {
    guard let number = Int64(text) else { throw StoreFailure(.refused, "an answer without a number") }
    return number
  }

  private static func decoded<Answer: Decodable>(
    _ type: Answer.Type, from bytes: [UInt8]
  ) throws(StoreFailure) -> Answer {
    do {
      return try JSONDecoding.decode(type, from: bytes)
    } catch {
      throw StoreFailure(.refused, "its answer cannot be understood: \(error)")
    }
  }

  private func ask<Answer: Decodable & Sendable>(
    _ call: String, _ body: JSONValue, as type: Answer.Type
  ) async throws(StoreFailure) -> Answer {
    let request = Self.request(call, body)
    let first = preferred.withLock { $0 }
    var failures: [String] = []
    for offset in servers.indices {
      let index = (first + offset) % servers.count
      do {
        let bytes = try await answer(of: servers[index], to: request, call)
        preferred.withLock { $0 = index }
        return try Self.decoded(type, from: bytes)
      } catch  where error.kind == .unreachable {
        failures.append(error.detail)
      }
    }
    throw StoreFailure(.unreachable, failures.joined(separator: "; "))
  }

  private func answer(
    of server: ServerAddress, to request: HTTPRequest, _ call: String
  ) async throws(StoreFailure) -> [UInt8] {
    let seconds = timeout.components.seconds
    let response: HTTPClient.Response
    do {
      response = try await HTTPClient.perform(
        request, at: server, tls: tls, timeout: timeout, bodyLimit: Self.largestAnswer, thread: "cluster-call")
    } catch {
      switch (error.hasConnected, error.isTimeout) {
      case (false, true): throw StoreFailure(.unreachable, "\(server) accepts no connection within \(seconds) s")
      case (false, false): throw StoreFailure(.unreachable, "\(server): \(error.cause)")
      case (true, true): throw StoreFailure(.silent, "\(server), \(call): no answer within \(seconds) s")
      case (true, false): throw StoreFailure(.silent, "\(server), \(call): \(error.cause)")
      }
    }
    guard response.status == 200 else {
      let text = String(decoding: response.body.prefix(512), as: UTF8.self)
      throw StoreFailure(.refused, "\(server), \(call): HTTP status \(response.status) \(text)")
    }
    return response.body
  }

  private static func request(_ call: String, _ body: JSONValue) -> HTTPRequest {
    HTTPRequest(path: "/v3/\(call)", host: "cluster", body: JSONWriter.bytes(body))
  }
}
