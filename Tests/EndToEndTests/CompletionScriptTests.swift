import TestHosts
import Testing

/// The completions in the shells that people have, with a running engine behind them.
@Suite(.serialized, .engineHost) struct CompletionScriptTests {
  private static let folder = "\(Binaries.package)/packaging/completions"

  private func prepare(_ host: TestHost) async throws {
    guard try await host.docker("inspect", "tab-web").code != 0 else { return }
    try await host.docker("network", "create", "tabnet").succeeded()
    try await host.runIdle("tab-web", "--network", "tabnet")
  }

  @Test(arguments: [
    ("causeway netw", "network"), ("causeway network connect tabn", "tabnet"), ("causeway stop tab-", "tab-web"),
    ("causeway run --network tab", "tabnet"), ("causeway run --network=tab", "tabnet"),
    ("causeway rmi busybox:la", "latest"),
    ("causeway cp tab-", "tab-web:"), ("causeway logs --time", "--timestamps"),
    ("causeway ps --filter stat", "status="),
  ])
  func bash(_ line: String, _ word: String) async throws {
    let host = try TestHost.shared
    try await prepare(host)
    // The words as readline breaks them.
    let output = try await host.shell(
      """
      source \(Self.folder)/causeway.bash
      compopt() { :; }
      line='\(line)'
      COMP_WORDS=($(sed 's/[:=]/ & /g' <<<"$line")); [[ $line == *[:=] ]] && COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$line; COMP_POINT=${#line}
      _causeway; printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(output.lines == [word], "\(output)")
  }

  @Test func fish() async throws {
    let host = try TestHost.shared
    try await prepare(host)
    let output = try await host.run([
      "fish", "--no-config", "-c", "source \(Self.folder)/causeway.fish; complete -C 'causeway network rm tab'",
    ])
    #expect(output.lines.first?.hasPrefix("tabnet") == true, "\(output)")
    let options = try await host.run([
      "fish", "--no-config", "-c", "source \(Self.folder)/causeway.fish; complete -C 'causeway run --network-a'",
    ])
    #expect(options.stdout.hasPrefix("--network-alias\t"), "\(options)")
  }

  /// zsh completes only for a person: keys are typed on a terminal, and what the line has become is printed.
  @Test func zsh() async throws {
    let host = try TestHost.shared
    try await prepare(host)
    let output = try await host.shell(
      """
      (sleep 2; printf 'causeway network rm tabn\\t&& echo done\\n'; sleep 2; printf 'exit\\n'; sleep 0.5) |
        script -qec "env ZDOTDIR=$(mktemp -d) PS1= zsh -d -f -i -c '
          fpath=(\(Self.folder) \\$fpath); autoload -U compinit; compinit -u -D; causeway() { [[ \\$1 == __complete ]] && command causeway \\"\\$@\\" || echo got: \\"\\$@\\"; }
          print -z x; zmodload zsh/zle; vared -p \\"\\" line; eval \\"\\$line\\"'" /dev/null
      """, timeout: .seconds(30))
    #expect(output.stdout.contains("got: network rm tabnet"), "\(output)")
  }
}
