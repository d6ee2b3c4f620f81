import EngineModel
import Testing

@testable import Images

/// Here-documents (Dockerfile reference, "Here-Documents").
@Suite struct HereDocumentTests {
  @Test(arguments: [
    ("<<EOF", "EOF", true, false), ("<<-EOF", "EOF", true, true), ("<<\"EOF\"", "EOF", false, false),
    ("<<-'E F'", "E F", false, true), ("3<<EOF", "EOF", true, false), ("<<E\\OF", "EOF", false, false),
  ]) func aWordBeginsOne(_ word: String, _ name: String, _ expands: Bool, _ dropsTabs: Bool) throws {
    let document = try #require(HereDocument(argument: word))
    #expect(document.name == name && document.expands == expands && document.dropsTabs == dropsTabs)
  }

  @Test(arguments: ["<<", "<<<word", "a<<EOF", "<EOF", "<<''", "<<EOF x"]) func otherWordsDoNot(_ word: String) {
    #expect(HereDocument(argument: word) == nil)
  }

  private func script(_ text: String, values: [String: String] = [:]) throws -> BuildahDockerfile {
    try BuildPlan(dockerfile: Array(text.utf8), name: "Dockerfile", values: values).buildahDockerfile(["a": "i"])
  }

  @Test func aShellGetsTheText() throws {
    let made = try script(
      """
      FROM a
      RUN <<EOF
      echo "$HOME" \\
        two
      # not a remark
      EOF
      SHELL ["/bin/ash", "-ec"]
      RUN --mount=type=tmpfs,target=/t <<-'EOF'
      \t\tone
      \tEOF
      RUN cat <<ONE >/x && cat <<"TWO" >/y
      1
      ONE
      $2
      TWO
      CMD x
      """)
    #expect(
      made.text == #"""
        FROM i AS causeway-stage-0
        RUN ["/bin/sh","-c","echo \"$HOME\" \\\n  two\n# not a remark\n"]
        SHELL ["/bin/ash", "-ec"]
        RUN --mount=type=tmpfs,target=/t ["/bin/ash","-ec","one\n"]
        RUN ["/bin/ash","-ec","cat <<ONE >/x && cat <<\"TWO\" >/y\n1\nONE\n$2\nTWO"]
        CMD x

        """#, "\(made.text)")
    #expect(made.files.isEmpty)
  }

  @Test func filesLieBesideTheDockerfile() throws {
    let made = try script(
      """
      ARG WHO=nobody
      FROM a
      ARG WHO
      ARG MORE=${WHO}s
      ENV GREETING="hello $WHO" PLAIN='$WHO'
      COPY --chown=1:2 <<one <<"two" /etc/
      "$GREETING" '${MORE}' \\$WHO $PLAIN
      one
      $GREETING
      two
      RUN <<run.py
      #!/usr/bin/env python3
      print(1)
      run.py
      """, values: ["WHO": "you"])
    #expect(
      Set(made.files.values.map { String(decoding: $0, as: UTF8.self) }) == [
        "\"hello you\" 'yous' $WHO $WHO\n", "$GREETING\n", "#!/usr/bin/env python3\nprint(1)\n",
      ])
    let paths = made.files.keys.sorted { $0.suffix(3) < $1.suffix(3) }
    #expect(paths.map { $0.split(separator: "/").last } == ["run.py", "one", "two"])
    let copy = made.text.split(separator: "\n").first { $0.hasPrefix("COPY") }
    #expect(copy == "COPY --from=causeway-here --chown=1:2 /\(paths[1]) /\(paths[2]) /etc/", "\(made.text)")
    #expect(
      made.text.hasSuffix(
        "RUN --mount=type=bind,from=causeway-here,source=/\(paths[0]),target=/dev/pipes/run.py [\"/dev/pipes/run.py\"]\n"
      ),
      "\(made.text)")
    #expect(made.programs == [paths[0]])
  }

  @Test func aVariableComesFromTheStageBeneath() throws {
    let made = try script(
      """
      FROM a AS first
      ENV A=1
      ENV A=${A}2
      ENV B old form
      FROM first
      ENV A="$A 3"
      COPY <<x /x
      $A-$B-${C:-none}
      x
      """)
    #expect(made.files.values.map { String(decoding: $0, as: UTF8.self) } == ["12 3-old form-none\n"])
  }

  @Test(arguments: [
    (
      "FROM a\nRUN <<EOF\necho\n",
      "Dockerfile:2:5: dockerfile parse error line 2: unterminated heredoc: expected a line"
    ),
    ("FROM a\n  COPY <<EOF x /y\nEOF\n", "Dockerfile:2:14: dockerfile parse error line 2: found \"x\" beside a"),
    ("FROM a\nCOPY <<EOF <<TWO\nEOF\nTWO\n", "Dockerfile:2:12: dockerfile parse error line 2: found no destination"),
    ("FROM a\nCOPY --from=b <<EOF /y\nEOF\n", "Dockerfile:2:6: dockerfile parse error line 2: found --from with a"),
    ("FROM a\nCOPY <<\"a/b\" /y\na/b\n", "Dockerfile:2:9: dockerfile parse error line 2: found \"a/b\" as the name"),
    (
      "FROM a\nCOPY <<EOF /y\n${A!}\nEOF\n",
      "Dockerfile:2:6: dockerfile parse error line 2: failed to process the here-"
    ),
    (
      "FROM a\nCOPY <<EOF\nEOF\n", "Dockerfile:2:1: dockerfile parse error line 2: COPY requires at least two arguments"
    ),
    ("FROM a\nONBUILD RUN <<EOF\nEOF\n", "Dockerfile:2:13: dockerfile parse error line 2: here-documents of ONBUILD"),
  ]) func wrongOnesAreToldWhere(_ text: String, _ message: String) {
    let error = #expect(throws: EngineError.self) { try script(text) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }
}
