import Addressing
import EngineModel
import Testing

@testable import Images

@Suite struct ChangesTests {
  private func applied(_ changes: String...) throws(EngineError) -> ContainerConfiguration {
    var configuration = ContainerConfiguration()
    try configuration.apply(changes: changes)
    return configuration
  }

  @Test func programsHaveTwoForms() throws {
    #expect(try applied(#"CMD ["a", "b c"]"#).command == ["a", "b c"])
    #expect(try applied("cmd echo $HOME").command == ["/bin/sh", "-c", "echo $HOME"])
    #expect(try applied("CMD [a]").command == ["/bin/sh", "-c", "[a]"])
    let both = try applied("CMD a", #"ENTRYPOINT ["x"]"#)
    #expect(both.entrypoint == ["x"])
    #expect(both.command == nil)
  }

  @Test func variablesAndLabels() throws {
    #expect(
      try applied(#"ENV A=b C="d e" F=g\ h"#, "ENV old the whole rest", "ENV A=z").environment == [
        "C=d e", "F=g h", "old=the whole rest", "A=z",
      ])
    #expect(try applied(#"LABEL a.b="c" d='e "f"'"#).labels == ["a.b": "c", "d": #"e "f""#])
    #expect(try applied("ENV A=").environment == ["A="])
    #expect(
      try applied(
        "ENV PATH=/bin:/sbin", "ENV PATH=/x:$PATH B=${PATH:-none}", "LABEL p=\"$PATH c\" q='$PATH'", "USER $B"
      )
      .environment == ["PATH=/x:/bin:/sbin", "B=/bin:/sbin"])
    #expect(
      try applied(#"ENV V='a "b'"#, #"ENV W=$V X="$V" Y='$V' Z=\$V"#).environment == [
        #"V=a "b"#, #"W=a "b"#, #"X=a "b"#, "Y=$V", "Z=$V",
      ])
  }

  @Test func theRest() throws {
    let all = try applied(
      "EXPOSE 80 53/udp 8000-8002/TCP", #"VOLUME ["/a", "/b c"]"#, "VOLUME /d /e", "WORKDIR /x/../y", "WORKDIR z",
      "USER 5:6", "STOPSIGNAL SIGINT\n\nUSER 7")
    #expect(
      all.exposedPorts == [
        TransportPort(80, .tcp), TransportPort(53, .udp), TransportPort(8000, .tcp), TransportPort(8001, .tcp),
        TransportPort(8002, .tcp),
      ])
    #expect(all.volumes == ["/a", "/b c", "/d", "/e"])
    #expect(all.workingDirectory == "/y/z")
    #expect(all.user == "7")
    #expect(all.stopSignal == "SIGINT")
  }

  @Test(arguments: [
    ("FROM x", "FROM is not a valid change command"), ("RUN x", "RUN is not a valid change command"),
    ("EXPOSE", "EXPOSE requires exactly one argument"), ("EXPOSE 0", "invalid containerPort: 0"),
    ("EXPOSE 70000", "invalid containerPort: 70000"), ("EXPOSE 1/icmp", "invalid containerPort: 1/icmp"),
    ("ENV", "ENV requires at least one argument"), ("ENV A", "ENV must have two arguments"),
    ("ENV =a", "ENV names can not be blank"),
    ("ENV A=b c", "Syntax error - can't find = in \"c\". Must be of the form: name=value"),
  ]) func malformedOnesAreRefused(change: String, message: String) {
    let error = #expect(throws: EngineError.self) { _ = try applied(change) }
    #expect(error?.code == .invalidParameter)
    #expect(error?.message == message)
  }
}
