import EngineAPI

@testable import EngineServer

/// `docs/compatibility.md`: the table of routes, and which of them the tests have seen to answer with success.
struct CompatibilityPage {
  let routes: [Route]
  /// `GET /info`, …
  let exercised: Set<String>

  /// What is not built of routes that are.
  private static let limits: [String: String] = [
    "GET /containers/{id}/logs": "`details` is refused",
    "POST /containers/{id}/start": "checkpoints are refused",
    "POST /build": "`remote`, `outputs` and BuildKit are refused",
    "POST /images/create": "from registries, and archives as the body (`fromSrc=-`); addresses are refused",
    "POST /images/load": "`platform` is refused",
    "GET /images/{name}/get": "`platform` is refused",
    "POST /volumes/create": "cluster volumes are refused",
    "GET /plugins": "the list is always empty",
  ]

  private static let areas: [(word: String, title: String)] = [
    ("containers", "Containers"), ("exec", "Exec"), ("images", "Images"), ("commit", "Images"), ("build", "Images"),
    ("distribution", "Images"), ("networks", "Networks"), ("volumes", "Volumes"), ("plugins", "Plugins"),
    ("swarm", "Swarm"), ("nodes", "Swarm"), ("services", "Swarm"), ("tasks", "Swarm"), ("secrets", "Swarm"),
    ("configs", "Swarm"),
  ]

  static func name(of route: Route) -> String {
    "\(route.method) \(route.template.replacing(":.*", with: ""))"
  }

  private func state(of route: Route) -> String {
    let name = Self.name(of: route)
    if let refusal = route.refusal { return "refused: \(refusal)" }
    let limits = Self.limits[name].map { "; \($0)" } ?? ""
    return (exercised.contains(name) ? "works" : "built, not seen to work by the end-to-end tests") + limits
  }

  var text: String {
    var text = """
      # Compatibility

      The Docker Engine API, version \(APIVersion.minimum) to \(APIVersion.current), endpoint by endpoint. "Works" means that the
      end-to-end tests, which drive the engine with the docker command, docker-compose and the Python SDK, have had an
      answer of success from it. What is refused answers with 501 (503 for swarm, 404 for plugins) and the sentence.
      An option that an endpoint does not know is an error or a warning.

      `make compatibility` writes this page anew; a test compares it with the engine's table of routes.


      """
    let titles = ["System", "Containers", "Exec", "Images", "Networks", "Volumes", "Plugins", "Swarm"]
    let byTitle = Dictionary(grouping: routes) { route in
      Self.areas.first { $0.word == route.first }?.title ?? "System"
    }
    for title in titles {
      text += "## \(title)\n\n| endpoint | |\n| --- | --- |\n"
      for route in byTitle[title] ?? [] { text += "| `\(Self.name(of: route))` | \(state(of: route)) |\n" }
      if title != titles.last { text += "\n" }
    }
    return text
  }

  /// The routes that a page says to work.
  static func exercised(in page: String) -> Set<String> {
    Set(
      page.split(separator: "\n").compactMap { line in
        let columns = line.split(separator: "|").map { $0.drop { $0 == " " } }
        guard columns.count == 2, columns[1].hasPrefix("works") else { return nil }
        return columns[0].split(separator: "`").first.map(String.init)
      })
  }
}
