import JSON
import EngineAPI
import Testing

@testable import causeway

struct OutputTests {
  static let value = #"""
    {"Name":"web","N":2,"Up":true,"None":null,"List":["a","b"],
     "Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]},"Nets":{"x":{"IP":"192.0.2.2"},"a":{"IP":"192.0.2.1"}}}
    """#

  @Test(arguments: [
    ("{{.Name}}", "web"), ("{{json .Nets.x}}", #"{"IP":"192.0.2.2"}"#), ("a{{- .N -}} b", "a2b"),
    ("{{range .Nets}}{{.IP}} {{end}}", "192.0.2.1 192.0.2.2 "),
    ("{{range $k, $v := .Nets}}{{$k}}={{$v.IP}};{{end}}", "a=192.0.2.1;x=192.0.2.2;"),
    (#"{{(index (index .Ports "80/tcp") 0).HostPort}}"#, "8080"),
    (#"{{if eq .Name "db"}}1{{else if .Up}}2{{else}}3{{end}}"#, "2"), ("{{with .None}}x{{else}}y{{end}}", "y"),
    (#"{{join .List ","}} {{len .List}} {{upper .Name}}"#, "a,b 2 WEB"), ("{{.Name | upper | lower | title}}", "Web"),
    (#"{{$x := .N}}{{printf "%-4s|%d" .Name $x}}"#, "web |2"), ("{{/* c */}}{{.List}}", "[a b]"),
    ("{{.Ports}}", "map[80/tcp:[{0.0.0.0 8080}]]"), ("{{and .Up (not .None)}}", "true"),
    ("{{range .None}}x{{else}}-{{end}}", "-"),
    (#"{{println .Name}}"#, "web\n"), ("{{gt .N 1}}", "true"),
    ("{{range .List}}{{.}}{{break}}{{end}}", "a"),
    (#"{{range .List}}{{if eq . "a"}}{{continue}}{{end}}{{.}}{{end}}"#, "b"),
    ("{{range .N}}{{.}}{{end}}", "01"), ("{{.name}}", "web"), ("{{.Ports.nope}}", "<no value>"),
    ("{{.Ports.nope.X}}", "<no value>"),
  ])
  func templates(_ template: String, _ expected: String) throws {
    #expect(try Template(template).text(for: try JSONParser.parse(Self.value)) == expected)
  }

  @Test(arguments: [
    "{{.Nope}}", "{{.Name.X}}", "{{", "{{if .Up}}", "{{nope .Name}}", "{{end}}", "{{index .List 9}}", "{{.None.X}}",
  ])
  func invalidTemplates(_ template: String) {
    #expect(throws: TemplateError.self) { try Template(template).text(for: try JSONParser.parse(Self.value)) }
  }

  @Test func tableAlignment() throws {
    #expect(
      Table.aligned(["A\tLONGER HEADING\tC", "1\t2\t"]) == "A         LONGER HEADING   C\n1         2                \n"
    )
    let rows = [ListRow(["ID": "x", "Name": "<n>"], labels: ["com.example.my-tier": "front"])]
    let headers = ["ID": "NETWORK ID", "Name": "NAME"]
    func show(_ format: String?) throws -> String {
      try ListFormat(format, standard: "{{.ID}}\t{{.Name}}").text(headers: headers, rows: rows)
    }
    #expect(try show(nil) == "NETWORK ID   NAME\nx            <n>\n")
    #expect(try show(#"table {{.Name}}\t{{.ID}}"#) == "NAME      NETWORK ID\n<n>       x\n")
    #expect(try show("{{.Name}}") == "<n>\n")
    #expect(try show(#"{{.Label "com.example.my-tier"}}{{.Label "none"}}"#) == "front\n")
    #expect(
      try show(#"table {{.ID}}\t{{.Label "com.example.my-tier"}}"#) == "NETWORK ID   my tier\nx            front\n")
    #expect(throws: TemplateError.self) { try show(#"{{.Name "x"}}"#) }
    #expect(try show("json") == #"{"ID":"x","Name":"\u003cn\u003e"}"# + "\n")
  }

  @Test(arguments: [
    (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (150, "2 minutes"),
    (3600, "About an hour"), (7200, "2 hours"), (172_800, "2 days"), (1_209_600, "2 weeks"), (5_184_000, "2 months"),
    (63_072_000, "2 years"),
  ])
  func ages(_ seconds: Int64, _ words: String) { #expect(ContainerStatus.duration(seconds: seconds) == words) }

  @Test func sizes() {
    #expect(HumanText.size(0) == "0B")
    #expect(HumanText.size(1_984_321) == "1.98MB")
    #expect(HumanText.size(1_984_321, digits: 4) == "1.984MB")
    #expect(HumanText.binarySize(25_203_703_808) == "23.47GiB")
  }

  @Test func ports() {
    func port(_ ip: String?, _ inside: UInt16, _ outside: UInt16?, _ transport: String = "tcp") -> Wire.Port {
      var port = Wire.Port()
      port.IP = ip
      port.PrivatePort = inside
      port.PublicPort = outside
      port.Type = transport
      return port
    }
    #expect(
      PortSummary.text([
        port("0.0.0.0", 80, 8080), port("::", 80, 8080), port("0.0.0.0", 700, 700), port("0.0.0.0", 701, 701),
        port(nil, 53, nil, "udp"), port(nil, 54, nil, "udp"),
      ]) == "53-54/udp, 0.0.0.0:700-701->700-701/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp")
  }

  @Test func coloursHaveNoWidth() {
    let style = TextStyle(hasColour: true)
    #expect(TextStyle.plain.styled("up", .green) == "up")
    #expect(TextStyle.width(style.styled("up", .green)) == 2)
    #expect(
      Table.aligned([style.styled("up", .green) + "\tx", "longer than ten\ty"])
        == "\u{1B}[32mup\u{1B}[0m                x\nlonger than ten   y\n")
  }

  @Test func inspectionIsIndented() throws {
    #expect(
      try JSONParser.parse(#"{"a":[],"b":{},"c":[1,{"d":"x"}]}"#).indentedText() == """
        {
            "a": [],
            "b": {},
            "c": [
                1,
                {
                    "d": "x"
                }
            ]
        }
        """)
  }
}
