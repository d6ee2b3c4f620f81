import Glibc
import TestHosts
import Testing

/// Checks that `docs/network/explain.md` shows what the command prints. `Scripts/network-pages` rewrites the page.
@Suite(.serialized, .engineHost) struct ExplanationPageTests {
  /// One section of the page: hidden preparation, questions, and hidden cleanup.
  struct Case {
    let title: String
    var text = ""
    var before = ""
    let questions: [String]
    var after = ""

    init(_ title: String, _ text: String = "", before: String = "", _ questions: String..., after: String = "") {
      self.title = title
      self.text = text
      self.before = before
      self.questions = questions
      self.after = after
    }
  }

  private static let serve = "busybox httpd -f -p"

  private static let preparation = """
    set -e
    causeway network create --subnet 10.10.0.0/24 shop
    causeway network create --subnet 10.11.0.0/24 --internal vault
    causeway network create --subnet 10.12.0.0/24 -o com.docker.network.bridge.enable_icc=false hush
    causeway network create -d macvlan --subnet 198.51.100.0/24 --ip-range 198.51.100.128/25 -o parent=eth1 lan
    causeway run -d --name web --network shop -p 8080:80 -p 127.0.0.1:8081:81 \(serve) 80
    causeway run -d --name db --network shop \(serve) 127.0.0.1:5000
    causeway run -d --name safe --network vault \(serve) 80
    causeway run -d --name left --network hush \(serve) 80
    causeway run -d --name right --network hush \(serve) 80
    causeway run -d --name near --network lan \(serve) 80
    causeway run -d --name app --network shop --network vault \(serve) 80
    causeway create --name spare --network shop \(serve) 80
    """

  private static let drop =
    "nft 'add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'"

  static let cases: [Case] = [
    Case("Reachable", "", "app web:80", "web http://example.com/index.html", "web localhost:80"),
    Case("No listener, or another port or address", "", "web db:5000", "app web:8080", "app web"),
    Case(
      "Names",
      "The engine forwards names that are unknown on FROM's networks to the name servers. `explain` says why a container's name\ndoes not resolve.",
      "web bd:5000", "web safe:80", "web spare:80", "safe nowhere.example:80"),
    Case("Isolated networks", "", "web 10.11.0.2:80", "safe outside", "left right:80"),
    Case(
      "Published ports", "", "outside web:80", "outside host:8081", "outside db:5000", "app host:8080",
      "host localhost:8080"),
    Case("Macvlan", "", "host near:80", "--via eth1 outside near:80"),
    Case(
      "Other firewalls", "Chains of other programs are evaluated for the same packet.", before: drop,
      "outside web:80", after: "nft delete table ip filter"),
    Case(
      "Your own rules", "",
      before: "nft add rule inet causeway_users forward tcp dport 80 ip saddr 192.0.2.0/24 drop",
      "outside host:8080", after: "nft flush chain inet causeway_users forward"),
    Case(
      "Paused containers", "", before: "causeway pause app", "web app:80", after: "causeway unpause app"),
  ]

  @Test func pageShowsTheOutputOfTheCommand() async throws {
    let host = try TestHost.shared
    let names = try await UpstreamNameServer(
      in: host.namespace(of: .outside), names: ["example.com": [203, 0, 113, 7]])
    defer { names.stop() }
    try await host.shell(Self.preparation).succeeded()
    try await waitUntil("the servers to listen", for: .seconds(10)) {
      for (name, port) in [("web", 80), ("app", 80), ("safe", 80), ("near", 80), ("db", 5000), ("right", 80)] {
        guard try await host.causeway("explain", "-q", name, "127.0.0.1:\(port)").code == 0 else { return false }
      }
      return true
    }
    var text = """
      # Explaining connectivity

      `causeway explain FROM TO[:PORT[/PROTO]]` explains why FROM can or cannot reach TO, and what to do about it. It follows
      the path that the kernel would take, and reads the rules, sets, links, routes and sockets that exist at this moment. It
      sends no packet to the target. `docker` has no such command.

      FROM is a container, `host`, `outside`, or an address outside; `--via` names the interface on which a packet from
      outside arrives. TO is a name as FROM resolves it, a container, an address, `host`, `outside`, or a URL. Without a port,
      the question is a ping. `--format` takes `json` or a template, `--quiet` prints nothing. The exit status is 0 if TO is
      reachable, 1 if it is not, and 2 after an error. Programs use `GET /causeway/v1/explain?from=…&to=…`.

      The answer names what the engine cannot know: what is beyond this host, and conditions in rules of other programs that
      it does not understand.

      `causeway network map` shows networks, containers and addresses.

      A running engine writes this page (`Scripts/network-pages`), and a test checks it.


      """
    text += "## The networks of this page\n\n```\n$ causeway network map --all\n"
    text += try await host.causeway("network", "map", "--all").succeeded().stdout + "```\n"
    for one in Self.cases {
      if !one.before.isEmpty { try await host.shell(one.before).succeeded() }
      text += "\n## \(one.title)\n"
      if !one.text.isEmpty { text += "\n\(one.text)\n" }
      for question in one.questions {
        let output = try await host.causeway(["explain"] + question.split(separator: " ").map(String.init))
        #expect(output.code < 2 && output.stderr.isEmpty, "\(output)")
        text += "\n```\n$ causeway explain \(question)\n\(output.stdout)```\n"
      }
      if !one.after.isEmpty { try await host.shell(one.after).succeeded() }
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { NetworkPage.normalized(String($0)) }
    try await NetworkPagesTests.compare("explain", lines.joined(separator: "\n"))
  }
}
