import Glibc
import TestHosts
import Testing

/// `docs/network/explain.md` shows what the command prints, and is written by it; here it is seen to be what one prints
/// today. `Scripts/network-pages` writes it anew.
@Suite(.serialized, .engineHost) struct ExplanationPageTests {
  /// What is done before, out of sight, and what is asked.
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
    Case("It works", "", "app web:80", "web http://example.com/index.html", "web localhost:80"),
    Case("Nothing listens, or not where it is asked", "", "web db:5000", "app web:8080", "app web"),
    Case(
      "Names",
      "What is no name on the asker's networks is asked of name servers; `causeway` says why a container is not found.",
      "web bd:5000", "web safe:80", "web spare:80", "safe nowhere.example:80"),
    Case("Networks are apart", "", "web 10.11.0.2:80", "safe outside", "left right:80"),
    Case(
      "Published ports", "", "outside web:80", "outside host:8081", "outside db:5000", "app host:8080",
      "host localhost:8080"),
    Case("Macvlan", "", "host near:80", "--via eth1 outside near:80"),
    Case(
      "Other firewalls", "Chains of others are read, too, and asked what they do with this very packet.", before: drop,
      "outside web:80", after: "nft delete table ip filter"),
    Case(
      "Your own rules", "",
      before: "nft add rule inet causeway_users forward tcp dport 80 ip saddr 192.0.2.0/24 drop",
      "outside host:8080", after: "nft flush chain inet causeway_users forward"),
    Case(
      "Containers that do not answer", "", before: "causeway pause app", "web app:80", after: "causeway unpause app"),
  ]

  @Test func thePageIsWhatIsPrinted() async throws {
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
      # Networks that explain themselves

      `causeway explain FROM TO[:PORT[/PROTO]]` says why one can or cannot reach another, and what to do about it. The way is
      the kernel's: what is asked is the very rules, sets, links, routes and sockets that are there at this moment, and no
      packet is sent. `docker` has nothing like it.

      FROM is a container, `host`, `outside`, or an address outside; `--via` names the interface by which it comes in. TO is
      a name as FROM would look it up, a container, an address, `host` or `outside`, also in an URL. Without a port it is a
      ping. `--format` takes `json` or a template, `--quiet` prints nothing; the exit status is 0 when it is reached, 1 when
      it is not, and another one when that cannot be said. For programs it is `GET /causeway/v1/explain?from=…&to=…`.

      What no host can know, what is beyond it, and conditions of others' rules that are not understood, is said to be so.

      `causeway network map` shows who is where.

      This page is written by a running engine (`Scripts/network-pages`) and checked by a test.


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
