import JSON
import Cluster

/// The messages of etcd's JSON gateway (etcd: `api/etcdserverpb/rpc.proto`): bytes are Base64, 64-bit numbers are
/// strings, and zero values may be missing.
enum EtcdMessages {
  struct Header: Decodable {
    let revision: String
  }

  struct Pair: Decodable {
    let key: String
    let value: String
    let mod_revision: String
  }

  struct RangeAnswer: Decodable {
    let header: Header
    let kvs: [Pair]
  }

  struct TransactionAnswer: Decodable {
    let header: Header
    let succeeded: Bool
  }

  struct WatchAnswer: Decodable {
    struct Event: Decodable {
      let type: String
      let kv: Pair
    }

    struct Result: Decodable {
      let header: Header
      let created: Bool
      let canceled: Bool
      let compact_revision: String
      let cancel_reason: String
      let events: [Event]
    }

    let result: Result
  }

  struct LeaseAnswer: Decodable {
    let ID: String
    let TTL: String
  }

  struct KeepAliveAnswer: Decodable {
    let result: LeaseAnswer
  }

  // MARK: Requests

  static func object(_ members: (String, JSONValue)...) -> JSONValue {
    .object(members.map { JSONMember($0.0, $0.1) })
  }

  static func key(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }

  /// The first key after all keys with the prefix.
  static func end(of prefix: String) -> JSONValue {
    var bytes = Array(prefix.utf8)
    // The prefixes end with a slash.
    bytes[bytes.count - 1] += 1
    return .string(Base64.encode(bytes))
  }

  static func compare(_ condition: Transaction.Condition, _ prefix: String) -> JSONValue {
    switch condition {
    case .absent(let path): revision("CREATE", "EQUAL", "create_revision", prefix + path, 0)
    case .present(let path): revision("CREATE", "GREATER", "create_revision", prefix + path, 0)
    case .unchanged(let path, let since): revision("MOD", "EQUAL", "mod_revision", prefix + path, since)
    case .equal(let path, let text):
      object(
        ("key", key(prefix + path)), ("target", .string("VALUE")), ("result", .string("EQUAL")), ("value", key(text)))
    case .none(let under):
      // A comparison of a range applies to every record in it, and for an empty range to a missing record.
      object(
        ("key", key(prefix + under)), ("range_end", end(of: prefix + under)), ("target", .string("CREATE")),
        ("result", .string("EQUAL")), ("create_revision", .string("0")))
    }
  }

  private static func revision(
    _ target: String, _ result: String, _ field: String, _ path: String, _ number: Int64
  ) -> JSONValue {
    object(
      ("key", key(path)), ("target", .string(target)), ("result", .string(result)), (field, .string("\(number)")))
  }

  static func act(_ act: Transaction.Act, _ prefix: String) -> JSONValue {
    switch act {
    case .put(let path, let text):
      object(("request_put", object(("key", key(prefix + path)), ("value", key(text)))))
    case .putLeased(let path, let text, let lease):
      object(
        ("request_put", object(("key", key(prefix + path)), ("value", key(text)), ("lease", .string("\(lease)")))))
    case .remove(let path): object(("request_delete_range", object(("key", key(prefix + path)))))
    }
  }
}
