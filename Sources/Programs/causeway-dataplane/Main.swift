import DataPlane
import Glibc

/// The data plane program; see ``DataPlaneService``.
@main
enum Main {
  private static let usage = """
    Usage: causeway-dataplane --state DIR --socket PATH --pidfile PATH
           causeway-dataplane --show DIR

    Answers DNS queries of containers, relays the published ports that the kernel cannot translate, and reserves host
    ports. It serves the table in DIR and accepts changes on the socket; causewayd starts it. It exits immediately, with
    status 0, when another instance holds the pid file. With --show it prints the table in DIR and exits.

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
        sendErrorAndClose("another instance holds the pid file \(pidfile)\n")
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

  private static func sendErrorAndClose(_ text: String) {
    let bytes = Array("causeway-dataplane: \(text)".utf8)
    _ = write(2, bytes, bytes.count)
  }

  private static func fail(_ text: String, code: Int32) -> Never {
    sendErrorAndClose(text)
    exit(code)
  }
}
