/// One POST request with a body of JSON, on a connection that closes after the response.
package struct HTTPRequest: Sendable, Hashable {
  package let path: String
  package let host: String
  package let accept: String?
  package let body: [UInt8]

  package init(path: String, host: String, accept: String? = nil, body: [UInt8]) {
    self.path = path
    self.host = host
    self.accept = accept
    self.body = body
  }

  package var bytes: [UInt8] {
    let fields = [
      "POST \(path) HTTP/1.1", "Host: \(host)", accept.map { "Accept: \($0)" }, "Content-Type: application/json",
      "Content-Length: \(body.count)", "Connection: close",
    ]
    return Array(fields.compactMap(\.self).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + body
  }
}
