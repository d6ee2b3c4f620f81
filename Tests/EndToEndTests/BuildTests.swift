import Glibc
import Kernel
import TestHosts
import Testing

/// `docker build` through the classic builder's API, by the real command.
@Suite(.serialized, .engineHost) struct BuildTests {
  /// A folder with files in it, for a context.
  private func context(_ host: TestHost, _ name: String, _ files: [String: String]) async throws -> String {
    let folder = "\(host.folder)/\(name)"
    for (path, text) in files {
      try await host.run(
        ["sh", "-c", "mkdir -p \"$(dirname \"$1\")\" && cat >\"$1\"", "sh", "\(folder)/\(path)"], stdin: text
      ).succeeded()
    }
    return folder
  }

  private func build(_ host: TestHost, _ arguments: String...) async throws -> CommandOutput {
    try await host.docker(["build"] + arguments, timeout: .seconds(120))
  }

  @Test func builtImageRuns() async throws {
    let host = try TestHost.shared
    let folder = try await context(
      host, "whole",
      [
        "Dockerfile": """
        # escape=\\
        ARG BASE=busybox
        FROM ${BASE} AS first
        ARG GREETING=hello
        ENV WHO="the world" \\
            # a remark in between
            MORE=1
        WORKDIR /srv
        COPY --chown=3:4 file sub/ ./
        ADD sub /added
        RUN echo "$GREETING, $WHO" >greeting && \\
            echo worker:x:1234:1234::/:/bin/sh >>/etc/passwd
        LABEL kind=test
        EXPOSE 80/tcp 90-91
        VOLUME /data
        STOPSIGNAL SIGINT
        HEALTHCHECK --interval=3s CMD ["true"]
        USER worker
        ENTRYPOINT ["/bin/sh", "-c"]
        CMD ["cat greeting; id -u; pwd; ls /added; stat -c %u:%g file"]
        FROM scratch
        COPY --from=first /srv/greeting /
        """, "file": "a file\n", "sub/inner": "inner\n", "secret": "s\n", ".dockerignore": "secret\n",
      ])
    let whole = try await build(
      host, "-t", "team/whole:1", "-t", "whole", "--target", "first", "--build-arg", "GREETING=hi", "--build-arg",
      "NOBODY=asked", "--label", "extra=a \"b\" $c", folder
    ).succeeded()
    #expect(whole.stderr.contains("DEPRECATED"))
    let text = whole.stdout
    #expect(text.contains("Step 1/16 : FROM ${BASE} AS first\n ---> "), "\(text)")
    #expect(text.contains("Step 16/16 : LABEL \"extra\"=\"a \\\"b\\\" \\$c\"\n"), "\(text)")
    #expect(text.contains("One or more build-args [NOBODY] were not consumed"))
    #expect(text.hasSuffix("Successfully tagged team/whole:1\nSuccessfully tagged whole:latest\n"), "\(text)")
    #expect(
      try await host.docker("run", "--rm", "whole").succeeded().lines == [
        "hi, the world", "1234", "/srv", "inner", "3:4",
      ])
    let facts = try await host.inspect(
      "whole",
      "{{.Config.User}} {{.Config.StopSignal}} {{.Config.Healthcheck.Interval}} {{len .Config.ExposedPorts}} "
        + "{{index .Config.Labels \"kind\"}} {{index .Config.Labels \"extra\"}} {{len .Config.Labels}} "
        + "{{json .Config.Volumes}} {{.Config.WorkingDir}} {{json .Config.Entrypoint}}")
    #expect(facts == "worker SIGINT 3s 3 test a \"b\" $c 2 {\"/data\":{}} /srv [\"/bin/sh\",\"-c\"]")
    let history = try await host.docker("history", "--no-trunc", "--format", "{{.CreatedBy}}|{{.Comment}}", "whole")
      .lines
    #expect(
      history.first?.contains("LABEL \"extra\"=") == true && history.allSatisfy { !$0.contains("|FROM") }, "\(history)")
    #expect(history.contains { $0.hasPrefix("|1 GREETING=hi /bin/sh -c echo \"$GREETING, $WHO\"") }, "\(history)")

    // Only the second stage; its earlier steps come from the cache.
    let second = try await build(host, "--build-arg", "GREETING=hi", "-t", "second", folder).succeeded().stdout
    #expect(second.contains("Step 17/17 : COPY --from=first /srv/greeting /\n"), "\(second)")
    #expect(second.contains(" ---> Using cache\n") && !second.contains("Running in"), "\(second)")
    try await host.docker("create", "--name", "second", "second", "x").succeeded()
    #expect(try await host.shell("docker cp second:/greeting - | tar xO").text == "hi, the world")
    try await host.docker("rm", "second").succeeded()
  }

  @Test func stepsAreCached() async throws {
    let host = try TestHost.shared
    let folder = try await context(
      host, "cached",
      ["Dockerfile": "FROM busybox\nCOPY file /\nRUN date +%s%N >/stamp\nCMD cat /stamp\n", "file": "1"])
    func buildAndRun(_ arguments: String...) async throws -> (String, usesCache: Bool) {
      let text = try await host.docker(["build", "-t", "cached"] + arguments + [folder]).succeeded().stdout
      return (try await host.docker("run", "--rm", "cached").succeeded().text, text.contains("Using cache"))
    }
    let first = try await buildAndRun()
    let again = try await buildAndRun()
    #expect(!first.usesCache && again.usesCache && first.0 == again.0)
    let id = try await host.inspect("cached", "{{.Id}}")
    #expect(try await build(host, "-q", folder).succeeded().text == id)
    try await host.shell("echo 2 >\(folder)/file").succeeded()
    let changed = try await buildAndRun()
    let forced = try await buildAndRun("--no-cache")
    #expect(Set([first.0, changed.0, forced.0]).count == 3 && !forced.usesCache)
    // The image that lost its tag still exists.
    #expect(try await host.docker("images", "-q", "--no-trunc", "-f", "dangling=true").lines.contains(id))
    // The base image was transferred once, and no image has a copy of its layer.
    let layers = try await host.docker("inspect", "-f", "{{index .RootFS.Layers 0}}", "busybox", "cached").lines
    #expect(layers.count == 2 && Set(layers).count == 1)
    #expect(try await host.shell("ls \(host.dataRoot)/builds/work").text == "")
  }

  @Test func failuresHaveDockersMessages() async throws {
    let host = try TestHost.shared
    let folder = try await context(host, "failing", ["file": "x"])
    func failure(_ dockerfile: String, _ arguments: String...) async throws -> CommandOutput {
      try await host.run(["sh", "-c", "cat >\(folder)/Dockerfile"], stdin: dockerfile).succeeded()
      return try await host.docker(["build", "-t", "failing"] + arguments + [folder])
    }
    let run = try await failure("FROM busybox\nRUN echo before; printf part; exit 7\n")
    #expect(run.code == 7, "\(run)")
    #expect(run.stdout.hasSuffix("before\npart"), "\(run)")
    #expect(
      run.stderr.contains("The command '/bin/sh -c echo before; printf part; exit 7' returned a non-zero code: 7"))
    let copy = try await failure("FROM busybox\nCOPY nofile /\n")
    #expect(
      copy.code == 1
        && copy.stderr.contains(
          "COPY failed: file not found in build context or excluded by .dockerignore: stat nofile: file does not exist"),
      "\(copy)")
    let outside = try await failure("FROM busybox\nCOPY ../../../etc/passwd /x\n")
    #expect(outside.stderr.contains("COPY failed: forbidden path outside the build context"), "\(outside)")
    let word = try await failure("FROM busybox\n\nFOO bar\n")
    #expect(
      word.stderr.contains(
        "Error response from daemon: Dockerfile:3:1: dockerfile parse error line 3: unknown instruction: FOO, expected "
      ),
      "\(word)")
    let target = try await failure("FROM busybox\n", "--target", "nowhere")
    #expect(target.stderr.contains("target stage \"nowhere\" could not be found"), "\(target)")
    let named = try await failure("FROM busybox\n", "-t", "UPPER")
    #expect(named.code != 0 && named.stderr.contains("must be lowercase"), "\(named)")
    let base = try await failure("FROM missing.example/none:1\nRUN true\n")
    #expect(base.code == 1 && !base.stderr.isEmpty, "\(base)")
    let network = try await failure("FROM busybox\nRUN true\n", "--network", "nowhere")
    #expect(network.stderr.contains("network nowhere not found"), "\(network)")
    let missing = try await host.shell("tar c -C \(folder) file | docker build -f other -")
    #expect(missing.stderr.contains("Cannot locate specified Dockerfile: other"), "\(missing)")
    #expect(try await host.docker("images", "-q", "failing").text == "")
  }

  /// Names resolve in build steps, only on the requested network.
  @Test func stepsRunOnNetworks() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "buildnet").succeeded()
    try await host.runWeb("buildweb", "--network", "buildnet")
    let folder = try await context(
      host, "net", ["Dockerfile": "FROM busybox\nRUN wget -qO- http://buildweb/ && ip -4 addr show dev eth0\n"])
    let reached = try await build(host, "--no-cache", "--network", "buildnet", folder).succeeded().stdout
    #expect(reached.contains("\nbuildweb\n"), "\(reached)")
    #expect(try await build(host, "--no-cache", folder).code != 0)
    let places = try await context(
      host, "places", ["Dockerfile": "FROM busybox\nRUN ls /sys/class/net; cat /etc/hosts /etc/resolv.conf\n"])
    let none = try await build(host, "--no-cache", "--network", "none", places).succeeded().stdout
    #expect(!none.contains("\neth0\n") && none.contains("\nlo\n"), "\(none)")
    let own = try await build(host, "--no-cache", "--network", "host", places).succeeded().stdout
    #expect(own.contains("\neth1\n"), "\(own)")
    let given = try await build(host, "--no-cache", "--add-host", "store:192.0.2.7", places).succeeded().stdout
    #expect(given.contains("192.0.2.7\tstore") && given.contains("\neth0\n"), "\(given)")
    try await host.docker("rm", "-f", "buildweb").succeeded()
    try await host.docker("network", "rm", "buildnet").succeeded()
  }

  /// Finds the control groups of the build whose output is in a folder.
  private static func groups(_ folder: String) -> String {
    "find /sys/fs/cgroup -name \"causeway-build-$(sed -n 's/.*Running in //p' \(folder)/out)\""
  }

  /// When the client disconnects, the build ends with its processes, sandbox and files.
  @Test func cancelledBuildLeavesNothing() async throws {
    let host = try TestHost.shared
    try await host.docker("network", "create", "cancelnet").succeeded()
    let before = try await host.shell("ls \(host.execRoot)/netns").text
    let folder = try await context(host, "endless", ["Dockerfile": "FROM busybox\nRUN echo begun; sleep 4321\n"])
    let seen = try await host.shell(
      """
      docker build --network cancelnet \(folder) >\(folder)/out 2>&1 & client=$!
      for i in $(seq 200); do grep -q ^begun \(folder)/out && break; sleep 0.1; done
      grep -c ^begun \(folder)/out; docker network rm cancelnet 2>&1; kill -9 $client
      for i in $(seq 200); do
        pgrep -f 'sleep 432[1]' >/dev/null || [ -n "$(ls \(host.dataRoot)/builds/work)" ] || break; sleep 0.1
      done
      echo left:; pgrep -f 'sleep 432[1]'; ls \(host.dataRoot)/builds/work; \(Self.groups(folder))
      """)
    #expect(seen.lines.first == "1", "\(seen)")
    #expect(seen.stdout.contains("network cancelnet is in use by the build"), "\(seen)")
    #expect(seen.stdout.hasSuffix("left:\n"), "\(seen)")
    try await poll("the network to be free", for: .seconds(10)) {
      try await host.docker("network", "rm", "cancelnet").code == 0 ? true : nil
    }
    #expect(try await host.shell("ls \(host.execRoot)/netns").text == before)
    // After a kill, the next engine removes the remains.
    let killed = try await host.shell(
      """
      docker build --no-cache \(folder) >\(folder)/out 2>&1 &
      for i in $(seq 200); do grep -q ^begun \(folder)/out && break; sleep 0.1; done; grep -c ^begun \(folder)/out
      """)
    #expect(killed.text == "1", "\(killed)")
    try await host.restartEngine()
    let left = try await host.shell(
      """
      for i in $(seq 100); do pgrep -f 'sleep 432[1]' >/dev/null || break; sleep 0.1; done
      pgrep -f 'sleep 432[1]'; ls \(host.dataRoot)/builds/work; \(Self.groups(folder))
      ls \(host.execRoot)/netns
      """)
    #expect(left.text == before, "\(left)")
    // The next engine finds the storage intact.
    let after = try await context(host, "after", ["Dockerfile": "FROM busybox\nRUN echo after\n"])
    #expect(try await build(host, after).succeeded().stdout.contains("\nafter\n"))
  }

  @Test func contextFormsAreAccepted() async throws {
    let host = try TestHost.shared
    let plain = try await host.docker("build", "-t", "fromstdin", "-", stdin: "FROM busybox\nCMD echo stdin\n")
    try plain.succeeded()
    #expect(try await host.docker("run", "--rm", "fromstdin").text == "stdin")
    let folder = try await context(
      host, "forms",
      [
        "docker/Dockerfile.other": "FROM busybox\nCOPY . /c\nCMD ls -A /c\n", "kept": "", "left": "",
        ".dockerignore": "left\n",
      ])
    try await build(host, "-t", "forms", "-f", "\(folder)/docker/Dockerfile.other", folder).succeeded()
    #expect(try await host.docker("run", "--rm", "forms").lines == [".dockerignore", "docker", "kept"])
    try await host.shell("tar cz -C \(folder) . | docker build -t forms -f docker/Dockerfile.other -").succeeded()
    // A context that leaves its folder is refused.
    let hostile = try await host.shell(
      "cd \(folder) && ln -s / root && tar c --transform 's,kept,root/tmp/escaped,' root kept | docker build -")
    #expect(hostile.code != 0)
    #expect(access("/tmp/escaped", F_OK) != 0)
  }

  @Test func hereDocumentsAreScriptsAndFiles() async throws {
    let host = try TestHost.shared
    let dockerfile = """
      FROM busybox
      ARG WHO=you
      ENV GREETING="hello $WHO"
      RUN <<EOF
      set -e
      for word in one two; do
        echo "$word $WHO" >>/run-file
      done
      EOF
      RUN cat <<FIRST >/first && cat <<'SECOND' >/second
      $GREETING
      FIRST
      $GREETING
      SECOND
      RUN <<script
      #!/bin/busybox sh
      echo "I am $0" >/program
      script
      COPY --chown=3:4 --chmod=640 <<config /etc/config
      "$GREETING" from $UNKNOWN file
      config
      COPY <<-a <<"b" /both/
      \t\ttabs
      \ta
      ${GREETING}
      b
      CMD cat /run-file /first /second /program /etc/config /both/a /both/b; stat -c '%a %u:%g' /etc/config /both/a
      """
    let output = try await host.docker("build", "-t", "here", "-", stdin: dockerfile).succeeded()
    #expect(output.stdout.contains("Step 4/9 : RUN <<EOF\n"), "\(output)")
    let run = try await host.docker("run", "--rm", "here").succeeded()
    #expect(
      run.lines == [
        "one you", "two you", "hello you", "$GREETING", "I am /dev/pipes/script", "\"hello you\" from  file", "tabs",
        "${GREETING}", "640 3:4", "644 0:0",
      ], "\(run)")
    // The image contains nothing else of them, and their content is part of the cache key.
    #expect(try await host.docker("run", "--rm", "here", "ls", "-A", "/dev/pipes").code != 0)
    let again = try await host.docker("build", "-t", "here", "-", stdin: dockerfile).succeeded()
    #expect(!again.stdout.contains("Running in"), "\(again)")
    let changed = dockerfile.replacing("tabs", with: "spaces")
    let other = try await host.docker("build", "-t", "here", "-", stdin: changed).succeeded()
    #expect(other.stdout.contains("Step 7/9 : COPY --chown=3:4 --chmod=640 <<config /etc/config\n ---> Using cache\n"))
    #expect(try await host.docker("run", "--rm", "here").lines.contains("spaces"))
    let failing = try await host.docker("build", "-", stdin: "FROM busybox\nRUN <<EOF\nexit 5\nEOF\n")
    #expect(failing.code == 5 && failing.stderr.contains("The command '/bin/sh -c exit 5"), "\(failing)")
    let open = try await host.docker("build", "-", stdin: "FROM busybox\nRUN <<EOF\nexit 5\n")
    #expect(open.stderr.contains("Dockerfile:2:5: dockerfile parse error line 2: unterminated heredoc"), "\(open)")
  }

  @Test func onbuildTriggersRunInTheNextBuild() async throws {
    let host = try TestHost.shared
    let first = "FROM busybox\nSHELL [\"/bin/sh\", \"-ec\"]\nONBUILD RUN echo triggered >/trigger\n"
    try await host.docker("build", "-t", "withtrigger", "-", stdin: first).succeeded()
    let output = try await host.docker("build", "-t", "triggered", "-", stdin: "FROM withtrigger\nRUN cat /trigger\n")
    try output.succeeded()
    #expect(output.stdout.contains("\ntriggered\n"), "\(output)")
    #expect(
      try await host.inspect("withtrigger", "{{index .Config.OnBuild 0}} {{json .Config.Shell}}")
        == "RUN echo triggered >/trigger [\"/bin/sh\",\"-ec\"]")
    let failing = try await host.docker("build", "-", stdin: "FROM withtrigger\nRUN false; true\n")
    #expect(failing.stderr.contains("The command '/bin/sh -ec false; true' returned a non-zero code: 1"), "\(failing)")
  }

  @Test func causewayCommandBuilds() async throws {
    let host = try TestHost.shared
    let folder = try await context(
      host, "own",
      [
        "Dockerfile": "FROM busybox\nARG WHO\nCOPY . /c\nRUN echo $WHO >/who\nCMD ls -A /c; cat /who\n",
        "kept": "", "left": "", ".dockerignore": "left\n.dockerignore\n",
      ])
    let built = try await host.causeway(
      "build", "-t", "own", "--build-arg", "WHO=me", "--label", "a=b", "--iidfile", "\(folder)/../iid", folder)
    try built.succeeded()
    #expect(
      built.stdout.contains("Step 3/6 : COPY . /c\n") && built.stdout.hasSuffix("tagged own:latest\n"), "\(built)")
    #expect(try await host.docker("run", "--rm", "own").lines == ["Dockerfile", "kept", "me"])
    let id = try await host.inspect("own", "{{.Id}}")
    #expect(try await host.shell("cat \(folder)/../iid").text == id)
    #expect(
      try await host.causeway("build", "-q", "-", stdin: "FROM busybox\nCMD x\n").succeeded().text.hasPrefix("sha256:"))
    let other = try await host.shell("printf 'FROM busybox\\nCOPY kept /k\\n' | causeway build -t own:2 -f - \(folder)")
    #expect(other.code == 0 && other.stdout.contains("Successfully tagged own:2"), "\(other)")
    #expect(try await host.shell("tar cz -C \(folder) . | causeway build -q --build-arg WHO=me -").code == 0)
    let failing = try await host.causeway("build", "-", stdin: "FROM busybox\nRUN exit 9\n")
    #expect(failing.code == 9 && failing.stderr.contains("returned a non-zero code: 9"), "\(failing)")
    let missing = try await host.causeway("build", "\(folder)/none")
    #expect(missing.code == 1 && missing.stderr.contains("unable to prepare context"), "\(missing)")
  }

  @Test func composeBuilds() async throws {
    let host = try TestHost.shared
    let file = """
      services:
        web:
          build:
            context: .
            dockerfile_inline: |
              FROM busybox
              ARG PAGE
              RUN mkdir /srv && echo $$PAGE >/srv/index.html
              CMD httpd -f -p 80 -h /srv
            args: {PAGE: composed}
          init: true
      """
    let folder = try await context(host, "composed", ["compose.yaml": file])
    let up = try await host.causeway(["compose", "--project-directory", folder, "up", "-d", "--build"])
    try up.succeeded()
    #expect(try await host.docker("exec", "composed-web-1", "cat", "/srv/index.html").text == "composed")
    #expect(try await host.inspect("composed-web", "{{index .Config.Labels \"com.docker.compose.service\"}}") == "web")
    let again = try await host.causeway(["compose", "--project-directory", folder, "build"])
    #expect(again.code == 0 && (again.stdout + again.stderr).contains("Using cache"), "\(again)")
    try await host.causeway(["compose", "--project-directory", folder, "down", "-t", "0"]).succeeded()
  }

  /// Last by its name, because it deletes the cache.
  @Test func zCacheIsCountedAndPruned() async throws {
    let host = try TestHost.shared
    try await host.docker("build", "-t", "pruned", "-", stdin: "FROM busybox\nRUN head -c 3000000 /dev/zero >/z\n")
      .succeeded()
    let shown = try await host.docker("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Size}}").succeeded()
      .lines
    #expect(shown.contains { $0.hasPrefix("Build Cache ") && !$0.hasPrefix("Build Cache 0") }, "\(shown)")
    #expect(
      try await host.docker("builder", "prune", "-f", "--filter", "until=24h").text == "Total reclaimed space: 0B")
    let pruned = try await host.docker("builder", "prune", "-f").succeeded().stdout
    #expect(pruned.hasPrefix("Deleted build cache objects:") || pruned.contains("MB"), "\(pruned)")
    #expect(try await host.docker("system", "df", "--format", "{{.Type}} {{.Size}}").lines.contains("Build Cache 0B"))
    // The images stay, and a build starts without cache.
    #expect(try await host.docker("run", "--rm", "pruned", "stat", "-c", "%s", "/z").text == "3000000")
    let again = try await host.docker("build", "-", stdin: "FROM pruned\nRUN echo again\n").succeeded().stdout
    #expect(again.contains("\nagain\n"), "\(again)")
    #expect(try await host.causeway("builder", "prune", "-af").succeeded().stdout.contains("Total reclaimed space: "))
  }

  /// Base images are pulled once from their registry, with the client's credentials.
  @Test func baseImagesAreFetched() async throws {
    let host = try TestHost.shared
    let registry = try await TestRegistry.start(in: host, at: "127.0.0.1:5007", name: "bases", asksWho: true)
    let name = registry.name("team/base:1")
    try await host.docker(
      "login", "-u", TestRegistry.user, "--password-stdin", registry.address,
      stdin: TestRegistry.password
    ).succeeded()
    try await host.docker("build", "-t", name, "-", stdin: "FROM busybox\nRUN echo based >/base\n").succeeded()
    try await host.docker("push", name).succeeded()
    try await host.docker("rmi", name).succeeded()
    let file = "FROM \(name)\nRUN cat /base\n"
    let first = try await host.docker("build", "-", stdin: file)
    try first.succeeded()
    #expect(first.stdout.contains("Status: Downloaded newer image for \(name)"), "\(first)")
    #expect(first.stdout.contains("\nbased\n"), "\(first)")
    let again = try await host.docker("build", "-", stdin: file).succeeded().stdout
    #expect(again.contains("Using cache") && !again.contains("Status:"), "\(again)")
    let pulled = try await host.causeway("build", "--pull", "-", stdin: file).succeeded().stdout
    #expect(pulled.contains("Status: Image is up to date for \(name)"), "\(pulled)")
    try await host.docker("logout", registry.address).succeeded()
    try await host.docker("rmi", "-f", name).succeeded()
    let refused = try await host.docker("build", "-", stdin: file)
    #expect(refused.code == 1 && !refused.stderr.isEmpty, "\(refused)")
  }
}
