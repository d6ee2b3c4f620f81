import Addressing
import EngineModel
import FoundationEssentials
import GRDB
import JSON
import Records

/// A change with its document already encoded.
struct PreparedChange {
  private let change: StoreChange
  private let document: Data
  /// Whether the container's leases and publications differ from the rows in the database.
  private let writesReservations: Bool

  /// - Parameter outdated: the containers whose leases and publications must be written with their records.
  init(_ change: StoreChange, outdated: Set<ContainerID>) throws {
    self.change = change
    writesReservations =
      if case .putContainer(let container) = change { outdated.contains(container.id) } else { false }
    document =
      switch change {
      case .putNetwork(let network): Data(try JSONEncoding.bytes(NetworkRecord(network)))
      case .putContainer(let container): Data(try JSONEncoding.bytes(ContainerRecord(container)))
      case .putVolume(let volume): Data(try JSONEncoding.bytes(VolumeRecord(volume)))
      case .removeNetwork, .removeContainer, .removeVolume, .putSetting, .removeSetting, .putCleanup, .removeCleanup,
        .putOperation, .removeOperation:
        Data()
      }
  }

  func perform(_ database: Database) throws {
    func run(_ sql: String, _ arguments: StatementArguments) throws {
      try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
    switch change {
    case .putNetwork(let network):
      try run(
        """
        INSERT INTO network (id, name, document) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document
        """, [network.id.rawValue, network.name, document])
    case .removeNetwork(let id):
      try run("DELETE FROM network WHERE id = ?", [id.rawValue])
    case .putContainer(let container):
      try run(
        """
        INSERT INTO container (id, name, document) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document
        """, [container.id.rawValue, container.name, document])
      if writesReservations { try writeReservations(of: container, run) }
    case .removeContainer(let id):
      try run("DELETE FROM container WHERE id = ?", [id.rawValue])
    case .putVolume(let volume):
      try run(
        """
        INSERT INTO volume (name, document) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET document = excluded.document
        """, [volume.name, document])
    case .removeVolume(let name):
      try run("DELETE FROM volume WHERE name = ?", [name])
    case .putSetting(let key, let value):
      try run(
        "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value])
    case .removeSetting(let key):
      try run("DELETE FROM setting WHERE key = ?", [key])
    case .putCleanup(let number, let document):
      try run("INSERT INTO cleanup (number, document) VALUES (?, ?)", [Int64(number), document])
    case .removeCleanup(let number):
      try run("DELETE FROM cleanup WHERE number = ?", [Int64(number)])
    case .putOperation(let id, let operation):
      try run(
        """
        INSERT INTO operation (id, kind, document) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, document = excluded.document
        """, [id, operation.kind, operation.document])
    case .removeOperation(let id):
      try run("DELETE FROM operation WHERE id = ?", [id])
    }
  }

  /// Replaces the container's leases and port runs by those of its record.
  private func writeReservations(
    of container: Container, _ execute: (String, StatementArguments) throws -> Void
  ) throws {
    let id = container.id.rawValue
    try execute("DELETE FROM lease WHERE container = ?", [id])
    try execute("DELETE FROM publication_run WHERE container = ?", [id])
    for endpoint in container.allEndpoints {
      for address in endpoint.addresses {
        try execute(
          // A network whose record was set aside has no row that a lease could refer to.
          """
          INSERT INTO lease (network, address, endpoint, container) SELECT ?1, ?2, ?3, ?4
          WHERE NOT EXISTS (SELECT 1 FROM unreadable_record WHERE kind = 'network' AND id = ?1)
          """, [endpoint.network.rawValue, address.description, endpoint.id.rawValue, id])
      }
    }
    for run in PortRun.runs(of: container.publications) {
      try execute(
        "INSERT INTO publication_run (transport, address, first, last, container) VALUES (?, ?, ?, ?, ?)",
        [run.transport.rawValue, run.address.description, Int64(run.first), Int64(run.last), id])
    }
  }
}
