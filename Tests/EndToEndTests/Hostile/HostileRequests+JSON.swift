/// Bodies that are not JSON, or not the expected JSON.
enum HostileJSON {
  static var all: [HostileRequest] { syntax + kinds + types }

  private static func bytes(_ what: String, _ bytes: [UInt8], _ says: String = "json") -> HostileRequest {
    .post(what, "/networks/create", bytes, [400], says)
  }

  static let syntax: [HostileRequest] = [
    .network("empty body", "", [400], "EOF"),
    .network("only spaces", "   \r\n\t ", [400], "json"),
    .network("brace", "{", [400], "json"),
    .network("name without value", "{\"Name\"", [400], "json"),
    .network("value without end", "{\"Name\":\"bad", [400], "json"),
    .network("comma at the end", "{\"Name\":\"bad\",}", [400], "json"),
    .network("no comma", "{\"Name\":\"bad\" \"Driver\":\"bridge\"}", [400], "json"),
    .network("single quotes", "{'Name':'bad'}", [400], "json"),
    .network("name without quotes", "{Name:\"bad\"}", [400], "json"),
    .network("comment", "{/* hello */\"Name\":\"bad\"}", [400], "json"),
    .network("two documents", "{\"Name\":\"bad\"}{\"Name\":\"bad2\"}", [400], "json"),
    .network("rubbish after", "{\"Name\":\"bad\"}x", [400], "json"),
    .network("NaN", "{\"Name\":\"bad\",\"Internal\":NaN}", [400], "json"),
    .network("Infinity", "{\"Name\":\"bad\",\"Internal\":Infinity}", [400], "json"),
    .network("true in capitals", "{\"Name\":\"bad\",\"Internal\":True}", [400], "json"),
    .network("half a word", "{\"Name\":\"bad\",\"Internal\":tru}", [400], "json"),
    .network("escape nobody knows", "{\"Name\":\"b\\x61d\"}", [400], "json"),
    .network("escape cut short", "{\"Name\":\"bad\\u00\"}", [400], "json"),
    .network("line break in a string", "{\"Name\":\"ba\nd\"}", [400], "json"),
    .network("NUL in a string", "{\"Name\":\"ba\\u0000d\"}", [400], "NUL"),
    .network("raw NUL in a string", "{\"Name\":\"ba\u{0}d\"}", [400], "json"),
    bytes("byte order mark", [0xEF, 0xBB, 0xBF] + Array("{\"Name\":\"bad\"}".utf8)),
    bytes("UTF-16", Array("{\"Name\":\"bad\"}".utf16).flatMap { [UInt8(truncatingIfNeeded: $0), 0] }),
    bytes("zeros", [UInt8](repeating: 0, count: 4096)),
    bytes("noise", (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }),
    .network("arrays in arrays", String(repeating: "[", count: 1_000_000), [400], "depth"),
    .network("objects in objects", String(repeating: "{\"a\":", count: 300_000) + "1", [400], "depth"),
    .network(
      "deep where nothing is expected",
      "{\"Name\":\"bad\",\"X\":\(String(repeating: "[", count: 5000))\(String(repeating: "]", count: 5000))}", [400],
      "depth"),
    .network(
      "number of 100,000 digits", "{\"Name\":\"bad\",\"X\":\(String(repeating: "9", count: 100_000))}", [400], "json"),
  ]

  static let kinds: [HostileRequest] = [
    .network("array", "[]", [400], "json"),
    .network("string", "\"bad\"", [400], "json"),
    .network("number", "17", [400], "json"),
    .network("null", "null", [400]),
    .network("empty object", "{}", [400]),
    .post(
      "form", "/networks/create", Array("Name=bad".utf8), [400], "Content-Type",
      type: "application/x-www-form-urlencoded"),
    .post("text", "/networks/create", Array("{\"Name\":\"bad\"}".utf8), [400], "Content-Type", type: "text/plain"),
    .post("no type", "/networks/create", Array("{\"Name\":\"bad\"}".utf8), [400], "Content-Type", type: nil),
    .post(
      "type that begins alike", "/networks/create", Array("{\"Name\":\"bad\"}".utf8), [400], "Content-Type",
      type: "application/jsonp"),
    .post(
      "multipart", "/containers/create?name=bad", Array("--x\r\n\r\n{}\r\n--x--".utf8), [400], "Content-Type",
      type: "multipart/form-data; boundary=x"),
    .post("XML", "/containers/create?name=bad", Array("<Image>busybox</Image>".utf8), [400], "json"),
    .post("YAML", "/containers/create?name=bad", Array("Image: busybox".utf8), [400], "json"),
  ]

  static let types: [HostileRequest] = [
    .network("name that is a number", "{\"Name\":5}", [400], "json"),
    .network("name that is an object", "{\"Name\":{\"a\":\"b\"}}", [400], "json"),
    .network("name that is a list", "{\"Name\":[\"bad\"]}", [400], "json"),
    .network("name that is true", "{\"Name\":true}", [400], "json"),
    .network("labels that are a list", "{\"Name\":\"bad\",\"Labels\":[\"a=b\"]}", [400], "json"),
    .network("label that is a number", "{\"Name\":\"bad\",\"Labels\":{\"a\":1}}", [400], "json"),
    .network(
      "options that are text", "{\"Name\":\"bad\",\"Options\":\"com.docker.network.bridge.name=x\"}", [400], "json"),
    .network("switch that is text", "{\"Name\":\"bad\",\"Internal\":\"true\"}", [400], "json"),
    .network("switch that is a number", "{\"Name\":\"bad\",\"EnableIPv6\":1}", [400], "json"),
    .network(
      "configuration that is an object", "{\"Name\":\"bad\",\"IPAM\":{\"Config\":{\"Subnet\":\"10.1.0.0/16\"}}}", [400],
      "json"),
    .network("the same name twice, the last one empty", "{\"Name\":\"bad\",\"Name\":\"\"}", [400]),
    .hostConfig("memory with a point", "\"Memory\":1.5", [400], "json"),
    .hostConfig("memory as text", "\"Memory\":\"64m\"", [400], "json"),
    .hostConfig("memory beyond 64 bits", "\"Memory\":9223372036854775808", [400], "json"),
    .hostConfig("memory with an exponent", "\"Memory\":1e400", [400], "json"),
    .hostConfig("ports that are a list", "\"PortBindings\":[80]", [400], "json"),
    .hostConfig("port that is a number", "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":8080}]}", [400], "json"),
    .hostConfig("binds that are text", "\"Binds\":\"/a:/b\"", [400], "json"),
    .container("command that is a number", ",\"Entrypoint\":7", [400], "json"),
    .container("environment that is an object", ",\"Env\":{\"A\":\"b\"}", [400], "json"),
    .container("labels that are nested", ",\"Labels\":{\"a\":{\"b\":\"c\"}}", [400], "json"),
    .post("exec without a command", "/containers/keeper/exec", "{\"Cmd\":[]}", [400], "No exec command specified"),
    .post("exec with nothing", "/containers/keeper/exec", "{}", [400], "No exec command specified"),
    .post(
      "exec with a size of text", "/containers/keeper/exec", "{\"Cmd\":[\"true\"],\"ConsoleSize\":\"80x24\"}", [400],
      "json"),
    .post("exec with half a size", "/containers/keeper/exec", "{\"Cmd\":[\"true\"],\"ConsoleSize\":[80]}", [400]),
    .post(
      "exec with a size below zero", "/containers/keeper/exec", "{\"Cmd\":[\"true\"],\"ConsoleSize\":[-1,5]}", [400]),
    .post(
      "exec with keys nobody has", "/containers/keeper/exec", "{\"Cmd\":[\"true\"],\"DetachKeys\":\"ctrl-!\"}", [400]),
    .post("exec in a container nobody has", "/containers/ghost/exec", "{\"Cmd\":[\"true\"]}", [404]),
    .post("exec with a broken variable", "/containers/keeper/exec", "{\"Cmd\":[\"true\"],\"Env\":[\"=x\"]}", [400]),
    .post("exec start of nothing", "/exec/ghost/start", "{}", [404]),
    .post("volume that is a list", "/volumes/create", "[]", [400], "json"),
    .post("connect with a list", "/networks/bridge/connect", "[]", [400], "json"),
    .post("connect without a container", "/networks/none/connect", "{}", [400, 404]),
    .post("disconnect without a container", "/networks/bridge/disconnect", "{}", [400, 404]),
  ]
}
