#!/usr/bin/env python3
"""A registry that behaves as the first part of a repository's path says: hang, short, once,
wrong, huge, denied, mute, chart, v1, broken. Usage: hostile-registry.py PORT [USER:PASSWORD]

With a user it gives nothing without a token, and a token only for the password."""
import base64
import hashlib
import http.server
import io
import json
import socketserver
import sys
import tarfile
import time
import urllib.parse


def layer():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        entry = tarfile.TarInfo("file")
        entry.size = 4 << 20
        archive.addfile(entry, io.BytesIO(b"x" * entry.size))
    return data.getvalue()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


USER = sys.argv[2] if len(sys.argv) > 2 else ""
LAYER = layer()
CONFIG = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                     "rootfs": {"type": "layers", "diff_ids": [digest(LAYER)]}}).encode()
OCI = "application/vnd.oci.image."


def manifest(way):
    config, size = "config.v1+json", len(LAYER)
    if way == "chart":
        return json.dumps({"schemaVersion": 2, "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json",
                           "digest": digest(b"{}"), "size": 2}, "layers": []}).encode()
    if way == "v1":
        return json.dumps({"schemaVersion": 1, "name": "x", "tag": "1", "fsLayers": [], "history": []}).encode()
    if way == "broken":
        return b'{"schemaVersion": 2, "config": '
    if way == "huge":
        size = 1000
    return json.dumps({"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
                       "config": {"mediaType": OCI + config, "digest": digest(CONFIG), "size": len(CONFIG)},
                       "layers": [{"mediaType": OCI + "layer.v1.tar", "digest": digest(LAYER), "size": size}]}).encode()


def found(path):
    asked = urllib.parse.parse_qs(path.partition("?")[2])
    word, number = asked["q"][0], min(3, int(asked["n"][0]))
    return json.dumps({"num_results": number, "query": word, "results": [
        {"name": f"{word}-{index}", "description": f"what is said of {word}-{index}", "star_count": index,
         "is_official": index == 0, "is_automated": False} for index in range(number)]}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, kind="application/json", length=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
            self.wfile.flush()

    def fault(self, status, code, message):
        self.answer(status, json.dumps({"errors": [{"code": code, "message": message}]}).encode())

    def may(self):
        """Whether the request is allowed; otherwise it was answered."""
        basic = "Basic " + base64.b64encode(USER.encode()).decode()
        given = self.headers.get("Authorization", "")
        if self.path.startswith("/token"):
            if given == basic:
                self.answer(200, b'{"token": "good", "expires_in": 300}')
            elif given:
                self.fault(401, "UNAUTHORIZED", "incorrect username or password")
            else:
                self.answer(200, b'{"token": "anonymous", "expires_in": 300}')
            return False
        if given == "Bearer good":
            return True
        challenge = 'Bearer realm="http://127.0.0.1:%s/token",service="test"' % sys.argv[1]
        self.send_response(401)
        self.send_header("WWW-Authenticate", challenge)
        body = b'{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return False

    def do_GET(self):
        parts = self.path.split("/")
        if USER and not self.may():
            return
        if self.path.startswith("/v1/search?"):
            return self.answer(200, found(self.path))
        if len(parts) < 4:
            return self.answer(200, b"{}")
        way = parts[2]
        if way == "denied":
            return self.fault(403, "DENIED", "requested access to the resource is denied")
        if way == "mute":
            time.sleep(600)
        if "/manifests/" in self.path:
            return self.answer(200, manifest(way), OCI + "manifest.v1+json")
        if parts[-1] == digest(CONFIG):
            return self.answer(200, CONFIG, "application/octet-stream")
        if way == "hang":
            self.answer(200, LAYER[:1 << 20], "application/octet-stream", len(LAYER))
            time.sleep(600)
        if way == "short" or way == "once" and not self.server.broken:
            self.server.broken = True
            self.answer(200, LAYER[:1 << 20], "application/octet-stream", len(LAYER))
            self.close_connection = True
            return
        if way == "wrong":
            return self.answer(200, b"y" + LAYER[1:], "application/octet-stream")
        return self.answer(200, LAYER, "application/octet-stream")

    do_HEAD = do_GET


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    broken = False


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
