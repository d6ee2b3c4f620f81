import Addressing
import EngineModel
import FoundationEssentials
import GRDB
import Records
import StateStore
import TestHosts
import Testing

/// The fixtures were written by the engine before its types were renamed (schema 2): `state.sqlite` is its database,
/// and the JSON files are the documents in it. What an engine has once written must stay readable, so never change
/// them.
@Suite struct Version1Tests {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    + "/Fixtures/Version1"

  private static func fixture(_ kind: String, _ name: String) throws -> JSONContent {
    let file = name.utf8.count == 64 ? "anonymous" : name
    return try JSONContent(Data(contentsOf: URL(filePath: "\(folder)/\(kind)/\(file).json")))
  }

  @Test func databaseIsReadWithTheValuesThatWereWritten() async throws {
    try await withScratchFolder { scratch in
      try copyFile("\(Self.folder)/state.sqlite", "\(scratch)/state.sqlite")
      let store = try StateStore(path: "\(scratch)/state.sqlite")
      let state = try store.load()
      #expect(state.networks.sorted { $0.id < $1.id } == Version1.networks)
      #expect(state.containers.sorted { $0.id < $1.id } == Version1.containers)
      #expect(state.volumes.sorted { $0.name > $1.name } == Version1.volumes)
      #expect(state.settings == Version1.settings)
      #expect(state.unreadable.isEmpty)
      // A second start writes and reads the same.
      try store.commit(
        state.networks.map(StoreChange.putNetwork) + state.containers.map(StoreChange.putContainer)
          + state.volumes.map(StoreChange.putVolume))
      #expect(try store.load().containers.sorted { $0.id < $1.id } == Version1.containers)
    }
  }

  @Test func documentsInTheDatabaseAreTheReadableOnes() async throws {
    try await withScratchFolder { scratch in
      try copyFile("\(Self.folder)/state.sqlite", "\(scratch)/state.sqlite")
      try await DatabaseQueue(path: "\(scratch)/state.sqlite").read { database in
        for kind in ["network", "container", "volume"] {
          for row in try Row.fetchAll(database, sql: "SELECT name, document FROM \(kind)") {
            let document: Data = row[1]
            #expect(try JSONContent(document) == Self.fixture(kind, row[0]), "\(kind) \(row[0] as String)")
          }
        }
      }
    }
  }

  @Test(arguments: Version1.networks) func networkIsWrittenWithTheSameKeys(_ network: Network) throws {
    #expect(try JSONContent(JSONEncoder().encode(NetworkRecord(network))) == Self.fixture("network", network.name))
  }

  @Test(arguments: Version1.containers) func containerIsWrittenWithTheSameKeys(_ container: Container) throws {
    #expect(
      try JSONContent(JSONEncoder().encode(ContainerRecord(container))) == Self.fixture("container", container.name))
  }

  @Test(arguments: Version1.volumes) func volumeIsWrittenWithTheSameKeys(_ volume: Volume) throws {
    #expect(try JSONContent(JSONEncoder().encode(VolumeRecord(volume))) == Self.fixture("volume", volume.name))
  }

  /// A property that is added to the model and not to its record would be lost at the next start.
  @Test func recordsHaveAllPropertiesOfTheModel() throws {
    func check(_ model: Any, _ record: Any, _ path: String) {
      let (model, record) = (Mirror(reflecting: model), Mirror(reflecting: record))
      let isStruct = model.displayStyle == .struct && record.displayStyle == .struct
      if isStruct { #expect(model.children.count == record.children.count, "\(path)") }
      for (ours, theirs) in zip(model.children, record.children) where isStruct || model.displayStyle == .collection {
        check(ours.value, theirs.value, "\(path).\(ours.label ?? "[]")")
      }
      if model.displayStyle == .optional, let ours = model.children.first, let theirs = record.children.first {
        check(ours.value, theirs.value, path)
      }
    }
    check(Version1.full, ContainerRecord(Version1.full), "container")
    check(Version1.bridge, NetworkRecord(Version1.bridge), "network")
    for volume in Version1.volumes { check(volume, VolumeRecord(volume), "volume") }
  }
}

/// A JSON value. Arrays are in a fixed order: the model has sets, and dictionaries that are stored as arrays.
private enum JSONContent: Decodable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case text(String)
  case array([JSONContent])
  case object([String: JSONContent])

  init(_ data: Data) throws { self = try JSONDecoder().decode(JSONContent.self, from: data) }

  init(from decoder: any Decoder) throws {
    if let object = try? [String: JSONContent](from: decoder) {
      self = .object(object)
      return
    }
    if let array = try? [JSONContent](from: decoder) {
      self = .array(array.sorted { $0.sortKey < $1.sortKey })
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  private var sortKey: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let value): value
    case .array(let values): "[" + values.map(\.sortKey).joined(separator: ",") + "]"
    case .object(let values):
      "{" + values.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.sortKey)" }.joined(separator: ",") + "}"
    }
  }
}
