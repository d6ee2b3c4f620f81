#!/usr/bin/env python3
"""A network and IPAM plugin for the tests, on Docker's remote protocols, with Python's own library only.

network-plugin.py SOCKET FOLDER [CAPABILITY=VALUE…]

FOLDER/state.json   what it remembers; it survives a new start of the plugin
FOLDER/calls        a line for each call: its name and its body
FOLDER/behaviour    lines "CALL HOW": what it does instead of answering that call properly:
                    refuse, hang, die, garbage, truncate, null, notfound, drip, huge, late (acts, then hangs),
                    answer JSON (answers this)
"""
import http.server
import ipaddress
import json
import os
import socketserver
import subprocess
import sys
import threading
import time

SOCKET, FOLDER = sys.argv[1], sys.argv[2]
SETTINGS = dict(word.split("=", 1) for word in sys.argv[3:])
LOCK = threading.Lock()


def ip(*words, check=True):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def load():
    try:
        with open(f"{FOLDER}/state.json") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"networks": {}, "endpoints": {}, "pools": {}, "count": 0}


def save(state):
    with open(f"{FOLDER}/state.json.new", "w") as file:
        json.dump(state, file)
    os.rename(f"{FOLDER}/state.json.new", f"{FOLDER}/state.json")


def bridge(network):
    return "pb" + network[:10]


class Driver:
    """One bridge for each network, a link pair for each endpoint."""

    def __init__(self, state):
        self.state = state

    def create_network(self, body):
        network = body["NetworkID"]
        if network in self.state["networks"]:
            raise RuntimeError("network exists")
        ip("link", "add", bridge(network), "type", "bridge")
        gateway = None
        for data in (body.get("IPv4Data") or []) + (body.get("IPv6Data") or []):
            if "Gateway" in data:
                ip("address", "add", data["Gateway"], "dev", bridge(network))
                gateway = gateway or data["Gateway"].split("/")[0]
        ip("link", "set", bridge(network), "up")
        options = body["Options"].get("com.docker.network.generic") or {}
        self.state["networks"][network] = {"gateway": gateway, "options": options}

    def delete_network(self, body):
        if self.state["networks"].pop(body["NetworkID"], None) is None:
            raise RuntimeError("no such network")
        ip("link", "delete", bridge(body["NetworkID"]))

    def create_endpoint(self, body):
        network, endpoint = body["NetworkID"], body["EndpointID"]
        if network not in self.state["networks"]:
            raise RuntimeError("no such network")
        if endpoint in self.state["endpoints"]:
            raise RuntimeError("endpoint exists")
        near, far = "pe" + endpoint[:10], "pc" + endpoint[:10]
        ip("link", "add", near, "type", "veth", "peer", "name", far)
        ip("link", "set", near, "master", bridge(network), "up")
        mac = body["Interface"].get("MacAddress")
        answer = {}
        if not mac:
            self.state["count"] += 1
            mac = "02:aa:00:00:00:%02x" % self.state["count"]
            answer["MacAddress"] = mac
        if not body["Interface"].get("Address") and "address" in SETTINGS:
            answer["Address"] = SETTINGS["address"]
        self.state["endpoints"][endpoint] = {"network": network, "near": near, "far": far, "mac": mac}
        return {"Interface": answer}

    def delete_endpoint(self, body):
        endpoint = self.state["endpoints"].pop(body["EndpointID"], None)
        if endpoint is None:
            raise RuntimeError("no such endpoint")
        ip("link", "delete", endpoint["near"], check=False)

    def join(self, body):
        endpoint = self.state["endpoints"][body["EndpointID"]]
        network = self.state["networks"][body["NetworkID"]]
        answer = {"InterfaceName": {"SrcName": endpoint["far"], "DstPrefix": SETTINGS.get("prefix", "eth")}}
        if SETTINGS.get("gateway") == "refuse":
            answer["DisableGatewayService"] = True
        elif SETTINGS.get("gateway") != "none" and network["gateway"]:
            answer["Gateway"] = network["gateway"]
            answer["StaticRoutes"] = [
                {"Destination": "203.0.113.0/24", "RouteType": 0, "NextHop": network["gateway"]},
                {"Destination": "198.51.100.7/32", "RouteType": 1},
            ]
        endpoint["sandbox"] = body["SandboxKey"]
        return answer

    def leave(self, body):
        self.state["endpoints"][body["EndpointID"]].pop("sandbox")

    def information(self, body):
        return {"Value": {"id": body["EndpointID"][:12], "answers": 42}}


class Addresses:
    """Pools of its own, 10.200.N.0/24, with the gateway at .254 and addresses from .10 upwards."""

    def __init__(self, state):
        self.state = state

    def request_pool(self, body):
        known = self.state["pools"]
        text = body["Pool"]
        for name, pool in known.items():
            if text and pool["subnet"] == text:
                if SETTINGS.get("replay") == "true":
                    return {"PoolID": name, "Pool": text, "Data": {}}
                raise RuntimeError("pool overlaps")
        if not text:
            if body["V6"]:
                text = f"fd00:200:{len(known):x}::/64"
            else:
                text = next(
                    f"10.200.{n}.0/24" for n in range(256)
                    if all(pool["subnet"] != f"10.200.{n}.0/24" for pool in known.values()))
        ipaddress.ip_network(text)
        name = f"pool-{text}"
        known[name] = {"subnet": text, "taken": {}, "options": body["Options"]}
        return {"PoolID": name, "Pool": text, "Data": {}}

    def release_pool(self, body):
        pool = self.state["pools"][body["PoolID"]]
        if pool["taken"]:
            raise RuntimeError(f"pool still has {sorted(pool['taken'])}")
        del self.state["pools"][body["PoolID"]]

    def request_address(self, body):
        pool = self.state["pools"][body["PoolID"]]
        subnet = ipaddress.ip_network(pool["subnet"])
        options = body["Options"] or {}
        kind = options.get("RequestAddressType", "")
        needs_mac = SETTINGS.get("mac") == "true" and not kind and not body["Address"]
        if needs_mac and "com.docker.network.endpoint.macaddress" not in options:
            raise RuntimeError("a hardware address is needed")
        if body["Address"]:
            address = ipaddress.ip_address(body["Address"])
        elif kind == "com.docker.network.gateway":
            address = subnet[254]
        else:
            address = next(subnet[n] for n in range(10, 250) if str(subnet[n]) not in pool["taken"])
        if str(address) in pool["taken"]:
            if SETTINGS.get("replay") != "true":
                raise RuntimeError(f"address {address} is taken")
        pool["taken"][str(address)] = kind
        return {"Address": f"{address}/{subnet.prefixlen}", "Data": {}}

    def release_address(self, body):
        pool = self.state["pools"][body["PoolID"]]
        if pool["taken"].pop(body["Address"], None) is None:
            raise RuntimeError(f"address {body['Address']} is not taken")


def answer(name, body, state):
    driver, addresses = Driver(state), Addresses(state)
    known = {
        "Plugin.Activate": lambda _: {"Implements": SETTINGS.get("implements", "NetworkDriver,IpamDriver").split(",")},
        "NetworkDriver.GetCapabilities": lambda _: {
            "Scope": SETTINGS.get("scope", "local"), "ConnectivityScope": SETTINGS.get("scope", "local")},
        "NetworkDriver.AllocateNetwork": lambda _: {"Options": {"allocated": "7"}},
        "NetworkDriver.FreeNetwork": lambda _: {},
        "NetworkDriver.CreateNetwork": driver.create_network,
        "NetworkDriver.DeleteNetwork": driver.delete_network,
        "NetworkDriver.CreateEndpoint": driver.create_endpoint,
        "NetworkDriver.DeleteEndpoint": driver.delete_endpoint,
        "NetworkDriver.EndpointOperInfo": driver.information,
        "NetworkDriver.Join": driver.join,
        "NetworkDriver.Leave": driver.leave,
        "NetworkDriver.ProgramExternalConnectivity": lambda _: {},
        "NetworkDriver.RevokeExternalConnectivity": lambda _: {},
        "NetworkDriver.DiscoverNew": lambda _: {},
        "NetworkDriver.DiscoverDelete": lambda _: {},
        "IpamDriver.GetCapabilities": lambda _: {
            "RequiresMACAddress": SETTINGS.get("mac") == "true",
            "RequiresRequestReplay": SETTINGS.get("replay") == "true"},
        "IpamDriver.GetDefaultAddressSpaces": lambda _: {
            "LocalDefaultAddressSpace": "test-local", "GlobalDefaultAddressSpace": "test-global"},
        "IpamDriver.RequestPool": addresses.request_pool,
        "IpamDriver.ReleasePool": addresses.release_pool,
        "IpamDriver.RequestAddress": addresses.request_address,
        "IpamDriver.ReleaseAddress": addresses.release_address,
    }
    if name not in known:
        return None
    try:
        return known[name](body) or {}
    except (RuntimeError, KeyError, ValueError, StopIteration) as error:
        return {"Err": f"{type(error).__name__}: {error}"}


def behaviour(name):
    try:
        with open(f"{FOLDER}/behaviour") as file:
            for line in file:
                call, how = line.rstrip("\n").split(" ", 1)
                if call == name:
                    return how
    except FileNotFoundError:
        pass
    return ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        pass

    def do_POST(self):
        name = self.path.lstrip("/")
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        how = behaviour(name)
        with LOCK:
            with open(f"{FOLDER}/calls", "a") as file:
                file.write(f"{name} {text}\n")
        if how == "hang":
            time.sleep(3600)
        elif how == "die":
            os._exit(1)
        elif how == "refuse":
            return self.reply({"Err": "the plugin does not want to"})
        elif how == "garbage":
            return self.reply_bytes(b'{"Err": ')
        elif how == "null":
            return self.reply_bytes(b"null")
        elif how == "huge":
            return self.reply_bytes(b'{"x": "' + b"x" * (4 << 20) + b'"}')
        elif how == "truncate":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
            self.close_connection = True
            return None
        elif how == "drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            try:
                while True:
                    self.wfile.write(b" ")
                    time.sleep(0.1)
            except OSError:
                return None
        elif how == "notfound":
            return self.reply_bytes(b"404 page not found\n", 404)
        elif how.startswith("answer "):
            return self.reply_bytes(how[7:].encode())
        with LOCK:
            state = load()
            result = answer(name, json.loads(text), state)
            save(state)
        if how == "late":
            time.sleep(3600)
        if result is None:
            return self.reply_bytes(b"404 page not found\n", 404)
        return self.reply(result)

    def reply(self, value):
        # In pieces, as programs written in Go answer when the answer is long.
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.plugins.v1.2+json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), 64):
            piece = body[start:start + 64]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def reply_bytes(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


os.makedirs(FOLDER, exist_ok=True)
os.makedirs(os.path.dirname(SOCKET), exist_ok=True)
if os.path.exists(SOCKET):
    os.unlink(SOCKET)
Server(SOCKET, Handler).serve_forever()
