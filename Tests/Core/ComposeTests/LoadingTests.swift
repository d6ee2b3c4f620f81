import JSON
import EngineAPI
import Testing

@testable import Compose

/// From files to a project: names, variables, merging, `extends`, `include`, profiles.
@Suite struct LoadingTests {
  private func json(_ node: Node?) -> JSONValue? { node?.json(sorted: true) }

  @Test func projectNames() throws {
    let text = "services: {a: {image: i}}\n"
    #expect(try project(text).name == "app")
    #expect(try project("name: n\n" + text).name == "n")
    #expect(try project("name: n-$X\n" + text, environment: ["X": "x"]).name == "n-x")
    #expect(try project("name: n\n" + text, environment: ["COMPOSE_PROJECT_NAME": "e"]).name == "e")
    #expect(try project("name: n\n" + text, environment: ["COMPOSE_PROJECT_NAME": "e"]) { $0.name = "p" }.name == "p")
    #expect(throws: ComposeError.self) { try project(text) { $0.name = "Not" } }
    #expect(try project("services: {a: {image: \"$COMPOSE_PROJECT_NAME\"}}").service("a")?.image(in: "app") == "app")
    #expect(ProjectName.normalized("_My Proj.2") == "myproj2")
  }

  @Test func filesAreFoundInParentsWithTheirOverrides() throws {
    let files = MemoryFiles(contents: [
      "/app/compose.yaml": "services: {a: {image: i, command: one}}\n",
      "/app/compose.override.yaml": "services: {a: {command: two}}\n",
    ])
    let loaded = try files.load { $0.workingDirectory = "/app/deep/below" }.project
    #expect(loaded.directory == "/app" && loaded.files == ["/app/compose.yaml", "/app/compose.override.yaml"])
    #expect(loaded.service("a")?.node["command"]?.texts == ["two"])
    let only = try files.load { $0.files = ["compose.yaml"] }.project
    #expect(only.service("a")?.node["command"]?.texts == ["one"])
    #expect { try MemoryFiles(contents: [:]).load() } throws: {
      ($0 as? ComposeError)?.message.hasPrefix("no configuration file provided") == true
    }
  }

  @Test func variablesOfTheEnvironmentAndOfFiles() throws {
    var files = MemoryFiles(contents: [
      "/app/compose.yaml":
        "services: {a: {image: \"$A-$B-${C:-c}\", env_file: [one.env, {path: two.env, required: false}], environment: {E: $A, F: }}}\n",
      "/app/.env": "A=file\nB=file\n", "/app/one.env": "E=below\nG=$B\nF=gone\n",
      "/app/other.env": "A=other\n",
    ])
    let loaded = try files.load(environment: ["A": "outer"])
    #expect(loaded.project.service("a")?.image(in: "") == "outer-file-c")
    #expect(
      loaded.project.service("a")?.node["environment"]?.json(sorted: true)
        == .object([JSONMember("E", .string("outer")), JSONMember("F", .null), JSONMember("G", .string("file"))]))
    let other = try files.load { $0.environmentFiles = ["other.env"] }
    #expect(other.project.service("a")?.image(in: "") == "other--c")
    #expect(other.warnings == ["The \"B\" variable is not set. Defaulting to a blank string."])
    files.contents["/app/.env"] = "COMPOSE_FILE=second.yaml\nCOMPOSE_PROFILES=p\nCOMPOSE_PROJECT_NAME=named\n"
    files.contents["/app/second.yaml"] = "services: {b: {image: i, profiles: [p]}}\n"
    let second = try files.load().project
    #expect(second.services.map(\.name) == ["b"] && second.name == "named")
  }

  @Test func typesComeFromTheSchema() throws {
    let service = try #require(
      try project(
        """
        services:
          a:
            image: i
            tty: "yes"
            privileged: ${P:-true}
            mem_limit: 1gb
            cpus: "1.5"
            ports: [22:22, 8000-8001:9000-9001/udp, "127.0.0.1::80", 80, {target: 443, published: 8443}]
            environment: [A=1, B, "C=x=y"]
            labels: {n: 1.10, b: true}
            sysctls: {net.core.somaxconn: 1024}
            tmpfs: /tmp
            healthcheck: {test: curl x, interval: 1m30s}
            command: sh -c 'echo "a b"'
        """
      ).service("a"))
    #expect(json(service.node["tty"]) == .bool(true))
    #expect(json(service.node["privileged"]) == .bool(true))
    #expect(service.node["mem_limit"]?.integer == 1 << 30)
    #expect(service.node["command"]?.texts == ["sh", "-c", "echo \"a b\""])
    #expect(service.node["labels"]?.textMap == ["n": "1.10", "b": "true"])
    #expect(service.node["healthcheck"]?["test"]?.texts == ["CMD-SHELL", "curl x"])
    #expect(service.node["environment"]?.entries.map(\.key) == ["A", "B", "C"])
    #expect(service.node["environment"]?["C"]?.text == "x=y")
    let ports = (service.node["ports"]?.items ?? []).map { item in
      [
        item["host_ip"]?.text ?? "", item["published"]?.text ?? "", item["target"]?.text ?? "",
        item["protocol"]?.text ?? "",
      ]
    }
    #expect(
      ports == [
        ["", "22", "22", "tcp"], ["", "8000", "9000", "udp"], ["", "8001", "9001", "udp"],
        ["127.0.0.1", "", "80", "tcp"],
        ["", "", "80", "tcp"], ["", "8443", "443", "tcp"],
      ])
  }

  @Test func laterFilesAreMerged() throws {
    let files = MemoryFiles(contents: [
      "/app/1.yaml": """
      services:
        a:
          image: one
          command: [x, y]
          environment: [A=1, B=2]
          ports: ["80:80", "81:81"]
          volumes: ["./a:/data", "./b:/other"]
          dns: 1.1.1.1
          labels: {k: v}
          logging: {driver: json-file, options: {max-size: 1m}}
          cap_add: [NET_ADMIN]
          depends_on: [b]
        b: {image: i, hostname: h, expose: [1, 2]}
      """,
      "/app/2.yaml": """
      services:
        a:
          image: two
          command: z
          environment: {B: 3, C: 4}
          ports: ["80:80", "82:82"]
          volumes: ["./c:/data"]
          dns: [2.2.2.2]
          labels: !override {only: this}
          logging: {driver: none}
          cap_add: [NET_ADMIN, SYS_TIME]
          depends_on: !reset []
        b: {hostname: !reset null, expose: !override [3]}
      """,
    ])
    let loaded = try files.load { $0.files = ["1.yaml", "2.yaml"] }.project
    let a = try #require(loaded.service("a")).node
    #expect(a["image"]?.text == "two")
    #expect(a["command"]?.texts == ["z"])
    #expect(a["environment"]?.textMap == ["A": "1", "B": "3", "C": "4"])
    #expect(a["ports"]?.items.compactMap { $0["published"]?.text } == ["80", "81", "82"])
    #expect(a["volumes"]?.items.compactMap { $0["source"]?.text } == ["/app/c", "/app/b"])
    #expect(a["dns"]?.texts == ["1.1.1.1", "2.2.2.2"])
    #expect(a["labels"]?.textMap == ["only": "this"])
    #expect(a["logging"]?.json() == .object([JSONMember("driver", .string("none"))]))
    #expect(a["cap_add"]?.texts == ["NET_ADMIN", "SYS_TIME"])
    #expect(a["depends_on"] == nil)
    let b = try #require(loaded.service("b")).node
    #expect(b["hostname"] == nil)
    #expect(b["expose"]?.texts == ["3"])
  }

  @Test func mergeErrorsNameBothLocations() {
    let files = MemoryFiles(contents: [
      "/app/1.yaml": "services: {a: {image: i, blkio_config: {weight: 10}}}\n",
      "/app/2.yaml": "services: {a: {ulimits: {nofile: 3}, blkio_config: !override {weight: 11}, command: x}}\n",
    ])
    #expect(throws: Never.self) { try files.load { $0.files = ["1.yaml", "2.yaml"] } }
  }

  @Test func extending() throws {
    let files = MemoryFiles(contents: [
      "/app/compose.yaml": """
      services:
        web: {extends: {service: base, file: common/base.yaml}, environment: {B: mine}, ports: ["80:80"]}
        twice: {extends: web, command: other}
      """,
      "/app/common/base.yaml": """
      services:
        base: {extends: root, image: i, environment: {A: base, B: base}, env_file: e.env, volumes: ["./d:/d"]}
        root: {user: "7", image: other}
      """,
      "/app/common/e.env": "E=e\n",
    ])
    let loaded = try files.load().project
    let web = try #require(loaded.service("web")).node
    #expect(web["image"]?.text == "i" && web["user"]?.text == "7" && web["extends"] == nil)
    #expect(web["environment"]?.textMap == ["A": "base", "B": "mine", "E": "e"])
    #expect(web["volumes"]?.items.first?["source"]?.text == "/app/common/d")
    let twice = try #require(loaded.service("twice")).node
    #expect(twice["ports"]?.items.count == 1 && twice["command"]?.texts == ["other"] && twice["user"]?.text == "7")
    #expect { try project("services: {a: {extends: b, image: i}, b: {extends: a}}") } throws: {
      ($0 as? ComposeError)?.message.contains("itself") == true
    }
  }

  @Test func including() throws {
    var files = MemoryFiles(contents: [
      "/app/compose.yaml":
        "include: [sub/compose.yaml, {path: [o1.yaml, o2.yaml], env_file: o.env, project_directory: elsewhere}]\nservices: {a: {image: i, depends_on: [s]}}\n",
      "/app/sub/compose.yaml": "services: {s: {image: \"$V\", build: ., volumes: [\"v:/v\"]}}\nvolumes: {v: {}}\n",
      "/app/sub/.env": "V=sub\n",
      "/app/o1.yaml": "services: {o: {image: \"$V\", volumes: [\"./x:/x\"]}}\n",
      "/app/o2.yaml": "services: {o: {command: c}}\n", "/app/o.env": "V=o\n",
    ])
    let loaded = try files.load().project
    #expect(loaded.services.map(\.name) == ["a", "o", "s"])
    #expect(loaded.service("s")?.image(in: "") == "sub")
    #expect(loaded.service("s")?.build?["context"]?.text == "/app/sub")
    #expect(loaded.service("o")?.image(in: "") == "o" && loaded.service("o")?.node["command"]?.texts == ["c"])
    #expect(loaded.service("o")?.mounts.first?["source"]?.text == "/app/elsewhere/x")
    files.contents["/app/compose.yaml"] = "include: [sub/compose.yaml]\nservices: {s: {image: i}}\n"
    #expect { try files.load() } throws: { error in
      (error as? ComposeError)?.location?.line == 1 && (error as? ComposeError)?.message.contains("defines too") == true
    }
    files.contents["/app/compose.yaml"] = "include: [compose.yaml]\nservices: {s: {image: i}}\n"
    #expect { try files.load() } throws: { ($0 as? ComposeError)?.message.contains("itself") == true }
  }

  @Test func profilesDeactivateAndNamesActivate() throws {
    let text =
      "services: {a: {image: i}, b: {image: i, profiles: [x]}, c: {image: i, profiles: [x, y], depends_on: [b]}}\n"
    #expect(try project(text).services.map(\.name) == ["a"])
    #expect(try project(text) { $0.profiles = ["y"] }.services.map(\.name) == ["a", "c"])
    #expect(try project(text) { $0.profiles = ["*"] }.services.map(\.name) == ["a", "b", "c"])
    #expect(try project(text, environment: ["COMPOSE_PROFILES": "x"]).services.map(\.name) == ["a", "b", "c"])
    var named = try project(text)
    try named.activate(services: ["c"])
    #expect(named.services.map(\.name) == ["a", "c"])
    #expect(try UpPlanner.selected(["c"], of: named).map(\.name) == ["b", "c"])
    #expect(throws: ComposeError.self) { try named.activate(services: ["z"]) }
  }

  @Test func ineffectiveAttributesCauseWarnings() throws {
    let files = MemoryFiles(contents: [
      "/app/compose.yaml": "services: {a: {image: i, deploy: {placement: {constraints: [x]}}, develop: {watch: []}}}\n"
    ])
    let warnings = try files.load().warnings
    #expect(warnings.count == 2)
    #expect(warnings[0].hasPrefix("/app/compose.yaml:1:") && warnings[0].contains("deploy.placement has no effect"))
  }
}
