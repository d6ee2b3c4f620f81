import TestHosts
import Testing

/// Completion in bash, fish and zsh with a running engine.
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

  /// zsh completes only on a terminal: the test types keys and prints the resulting line.
  @Test func zsh() async throws {
    let host = try TestHost.shared
    try await prepare(host)
    let script = """
      zmodload zsh/zpty
      zpty line "env TERM=dumb zsh -f -i"
      zpty -w line "PS1=; fpath=(\(Self.folder) \\$fpath); autoload -U compinit; compinit -u -D"
      zpty -w line 'print-line() { print -r "line is <$BUFFER>"; exit }; zle -N print-line; bindkey "^X" print-line'
      zpty -w line 'echo rea""dy'
      zpty -r line text '*ready*'
      zpty -w -n line $'causeway network rm tabn\\t\\x18'
      zpty -r line text '*line is <*>*'
      print -r -- "$text"
      """
    let output = try await host.run(["zsh", "-f", "-c", script], timeout: .seconds(30))
    #expect(output.stdout.contains("line is <causeway network rm tabnet >"), "\(output)")
  }
}
