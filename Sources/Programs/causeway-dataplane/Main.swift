import DataPlane
import Glibc

/// The data plane as a program: see ``DataPlaneService``.
@main
enum Main {
  private static let usage = """
    Usage: causeway-dataplane --state DIR --socket PATH --pidfile PATH
           causeway-dataplane --show DIR

    Answers names in containers, relays the few published ports that the kernel cannot translate, and holds the host
    ports that are reserved. It serves what the table in DIR says and is commanded through the socket; causewayd starts
    it. It ends at once, with success, when one with the same pidfile runs already. With --show it prints the table
    that is kept in DIR, and does nothing else.

    """

  static func main() {
    var options: [String: String] = [:]
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      if name == "--help" || name == "-h" {
        print(usage, terminator: "")
        return
      }
      guard ["--state", "--socket", "--pidfile", "--show"].contains(name), let value = arguments.popFirst() else {
        fail("unknown or incomplete argument: \(name)\n\(usage)", code: 64)
      }
      options[name] = value
    }
    if let folder = options["--show"] {
      show(folder)
      return
    }
    guard let state = options["--state"], let socket = options["--socket"], let pidfile = options["--pidfile"] else {
      fail(usage, code: 64)
    }
    do {
      let configuration = DataPlaneConfiguration(stateFolder: state, socketPath: socket, pidfilePath: pidfile)
      if try !DataPlaneService.run(configuration) {
        complain("another process serves with the pidfile \(pidfile)\n")
      }
    } catch {
      fail("\(error)\n", code: 1)
    }
  }

  private static func show(_ folder: String) {
    do {
      for line in try DataPlaneTable(readingFrom: folder).lines { print(line) }
    } catch {
      fail("\(error)\n", code: 1)
    }
  }

  private static func complain(_ text: String) {
    let bytes = Array("causeway-dataplane: \(text)".utf8)
    _ = write(2, bytes, bytes.count)
  }

  private static func fail(_ text: String, code: Int32) -> Never {
    complain(text)
    exit(code)
  }
}
