import TestHosts
import Testing

/// A damaged record costs its own object, not the engine.
@Suite(.serialized, .engineHost) struct UnreadableRecordTests {
  @Test func theOtherObjectsStart() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "damagednet").succeeded()
    try await host.docker("volume", "create", "damagedvolume").succeeded()
    for name in ["damaged", "whole"] { try await host.runIdle(name, "--restart", "always", "-v", "\(name)data:/v") }
    let id = try await host.inspect("damaged", "{{.Id}}")
    try await host.killEngine(15)
    try await host.run(
      [
        "python3", "-c",
        """
        import sqlite3, sys
        database = sqlite3.connect(sys.argv[1])
        database.execute("UPDATE container SET document = '{\\"name\\": 5}' WHERE name = 'damaged'")
        database.execute("UPDATE network SET document = 'no JSON' WHERE name = 'damagednet'")
        database.execute("UPDATE volume SET document = '{}' WHERE name = 'damagedvolume'")
        database.commit()
        """, "\(host.dataRoot)/state.sqlite",
      ]
    ).succeeded()
    try await host.startEngine()
    for object in ["container \(id)", "network ", "volume damagedvolume"] {
      #expect(
        host.engineLog.contains("was set aside in the table unreadable_record: \(object)"),
        "\(object): \(host.engineLog)")
    }
    #expect(try await host.inspect("whole", "{{.State.Status}}") == "running")
    #expect(try await host.exec("whole", "echo", "alive").succeeded().text == "alive")
    #expect(try await host.docker("ps", "-a", "--format", "{{.Names}}").succeeded().lines == ["whole"])
    // The files of the damaged container stay for a repair.
    #expect(try await host.shell("ls \(host.dataRoot)/containers/\(id)").code == 0)
    try await host.runIdle("damaged")
    try await host.removeEverything()
  }
}
