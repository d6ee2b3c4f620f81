import EngineAPI
import Testing

@testable import causeway

@Suite struct ExplanationTextTests {
  private static var explanation: Wire.Explanation {
    var explanation = Wire.Explanation()
    explanation.Verdict = "web cannot reach db:80: nothing listens on port 80/tcp"
    for (mark, text, fact) in [
      ("passes", "web runs", "on shop"), ("remark", "so it is", ""), ("fails", "nothing", "x"),
    ] {
      var step = Wire.ExplanationStep()
      (step.Mark, step.Text, step.Fact) = (mark, text, fact)
      explanation.Steps.append(step)
    }
    var advice = Wire.ExplanationAdvice()
    (advice.Text, advice.Command) = ("see what it says", "causeway logs db")
    explanation.Advice = [advice]
    return explanation
  }

  @Test func plain() {
    #expect(
      ExplanationText(Self.explanation, style: .plain).text == """
        ✓ web runs  (on shop)
        ! so it is
        ✗ nothing  (x)

        web cannot reach db:80: nothing listens on port 80/tcp

        What to do:
          see what it says
              causeway logs db

        """)
  }

  @Test func coloursOnTerminalsOnly() {
    let text = ExplanationText(Self.explanation, style: TextStyle(hasColour: true)).text
    #expect(text.hasPrefix("\u{1B}[32m✓\u{1B}[0m web runs"))
    #expect(text.contains("\u{1B}[31mweb cannot reach db:80"))
  }

  @Test func networkMap() {
    var shop = Wire.Network()
    (shop.Name, shop.Driver) = ("shop", "bridge")
    shop.IPAM.Config = [Wire.IPAMConfig()]
    shop.IPAM.Config[0].Subnet = "10.10.0.0/24"
    shop.Options = ["com.docker.network.bridge.enable_icc": "false"]
    var vault = Wire.Network()
    (vault.Name, vault.Driver, vault.Internal) = ("vault", "bridge", true)
    var web = Wire.ContainerSummary()
    (web.Id, web.Names, web.State) = ("1", ["/web", "/other/alias"], "running")
    var port = Wire.Port()
    (port.IP, port.PrivatePort, port.PublicPort, port.Type) = ("0.0.0.0", 80, 8080, "tcp")
    web.Ports = [port]
    for (name, address, gateway) in [("shop", "10.10.0.2", "10.10.0.1"), ("vault", "10.11.0.2", "")] {
      var place = Wire.EndpointSettings()
      (place.IPAddress, place.Gateway) = (address, gateway)
      web.NetworkSettings.Networks[name] = place
    }
    var guest = Wire.ContainerSummary()
    (guest.Id, guest.Names, guest.State, guest.HostConfig.NetworkMode) = ("2", ["/guest"], "paused", "container:1")
    let map = NetworkTree([vault, shop], [web, guest], shared: true)
    #expect(
      map.text(style: .plain) == """
        shop  bridge  10.10.0.0/24  no ICC  out: masqueraded
        └─ web    10.10.0.2  0.0.0.0:8080->80/tcp  also on vault
        vault  bridge  internal
        └─ web    10.11.0.2  also on shop
        container  another container's network
        └─ guest             paused  shared with web

        """)
  }
}
