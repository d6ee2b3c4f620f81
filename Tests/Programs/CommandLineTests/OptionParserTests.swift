import Testing

@testable import causeway

struct OptionParserTests {
  static let options: [OptionSpecification] = [
    .flag("interactive", "i", ""), .flag("tty", "t", ""), .flag("detach", "d", ""),
    .flag("sig-proxy", nil, "", default: true), .list("publish", "p", ""), .text("name", nil, ""),
    .list("network", nil, "", aliases: ["net"]), OptionSpecification("memory", "m", .bytes, ""),
    OptionSpecification("subnet", nil, .commaSeparated, ""), .integer("retries", "r", ""),
  ]

  static func parse(_ line: String, _ order: OptionParser.Order = .optionsFirst) throws -> ParsedOptions {
    try OptionParser(options, order: order).parse(line.split(separator: " ").map(String.init))
  }

  @Test func clustersOfFlags() throws {
    let parsed = try Self.parse("-itd busybox sh")
    #expect(parsed.flag("interactive") && parsed.flag("tty") && parsed.flag("detach"))
    #expect(parsed.arguments == ["busybox", "sh"])
  }

  @Test(arguments: ["-p 80:80", "-p80:80", "-p=80:80", "--publish 80:80", "--publish=80:80", "-dp 80:80", "-dp80:80"])
  func valuesAreSeparateOrJoined(_ line: String) throws {
    let parsed = try Self.parse(line + " image")
    #expect(parsed.all("publish") == ["80:80"])
    #expect(parsed.arguments == ["image"])
    #expect(parsed.flag("detach") == line.hasPrefix("-d"))
  }

  @Test func optionsEndAtTheImage() throws {
    let parsed = try Self.parse("-i image ls -t --name x -- -y")
    #expect(parsed.arguments == ["image", "ls", "-t", "--name", "x", "--", "-y"])
    #expect(!parsed.flag("tty") && !parsed.isSet("name"))
  }

  @Test func otherCommandsMixOptionsAndArguments() throws {
    let parsed = try Self.parse("one -t two --name=x -- -i", .interspersed)
    #expect(parsed.arguments == ["one", "two", "-i"])
    #expect(parsed.flag("tty") && parsed.text("name") == "x" && !parsed.flag("interactive"))
  }

  @Test func flagsTakeValuesAfterEquals() throws {
    let parsed = try Self.parse("--sig-proxy=false --tty=true -i=0 image")
    #expect(!parsed.flag("sig-proxy") && parsed.flag("tty") && !parsed.flag("interactive"))
    #expect(try Self.parse("image").flag("sig-proxy"))
  }

  @Test func valuesMayBeginWithADash() throws {
    #expect(try Self.parse("--name -x image").text("name") == "-x")
    #expect(try Self.parse("-p -- image").all("publish") == ["--"])
  }

  @Test func aliasesRepetitionsAndLists() throws {
    let parsed = try Self.parse("--net a --network b --name x --name y --subnet 1,2 --subnet 3 image")
    #expect(parsed.all("network") == ["a", "b"])
    #expect(parsed.text("name") == "y")
    #expect(parsed.all("subnet") == ["1", "2", "3"])
  }

  @Test(arguments: [
    ("--foo image", "unknown flag: --foo"),
    ("--foo=1 image", "unknown flag: --foo"),
    ("-z image", "unknown shorthand flag: 'z' in -z"),
    ("-itz image", "unknown shorthand flag: 'z' in -z"),
    ("-izt image", "unknown shorthand flag: 'z' in -zt"),
    ("--name", "flag needs an argument: --name"),
    ("-ip", "flag needs an argument: 'p' in -ip"),
    (
      "--tty=maybe image",
      #"invalid argument "maybe" for "-t, --tty" flag: strconv.ParseBool: parsing "maybe": invalid syntax"#
    ),
    ("-m foo image", #"invalid argument "foo" for "-m, --memory" flag: invalid size: 'foo'"#),
    (
      "--retries x image",
      #"invalid argument "x" for "-r, --retries" flag: strconv.ParseInt: parsing "x": invalid syntax"#
    ),
    ("--=x image", "bad flag syntax: --=x"),
  ])
  func errorMessages(_ line: String, _ message: String) {
    #expect(throws: UsageError.grammar(message)) { try Self.parse(line) }
  }

  @Test func longNamesWithOneDash() throws {
    // pflag reads `docker network create -driver bridge net` as `-d river bridge net`.
    let command = Command.networkCreate
    let parsed = try OptionParser(command.options, order: command.order).parse(["-driver", "bridge", "net"])
    #expect(parsed.text("driver") == "bridge" && parsed.arguments == ["net"])
    let joined = try OptionParser(command.options, order: command.order).parse([
      "-driver=macvlan", "-driverless", "net",
    ])
    #expect(joined.text("driver") == "riverless" && joined.arguments == ["net"])
  }

  @Test func dashHIsHelpUnlessDeclared() throws {
    #expect(try Self.parse("-h").wantsHelp)
    let run = Command.containerRun
    let parsed = try OptionParser(run.options, order: run.order).parse(["-h", "web", "image"])
    #expect(!parsed.wantsHelp && parsed.text("hostname") == "web")
  }

  @Test func noCommandDeclaresAnOptionTwice() {
    for command in CommandCatalog.all {
      let names = command.options.flatMap { [$0.name] + $0.aliases }
      #expect(Set(names).count == names.count, "\(command.paths)")
      let shorthands = command.options.compactMap(\.shorthand)
      #expect(Set(shorthands).count == shorthands.count, "\(command.paths)")
    }
  }

  @Test func commandPathsAreUnique() {
    let paths = CommandCatalog.all.flatMap(\.paths)
    #expect(Set(paths).count == paths.count)
    #expect(CommandCatalog.find(["container", "run", "x"])?.path == ["container", "run"])
    #expect(CommandCatalog.find(["ps", "-a"])?.command.summary == "List containers")
    #expect(CommandCatalog.find(["network"]) == nil)
  }
}
