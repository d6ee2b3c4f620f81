/// Why a request to the cluster store failed.
package struct StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// No server accepted a connection: the request was not carried out.
    case unreachable
    /// No answer to the request: it may have been carried out.
    case silent
    /// The store answered with an error or with an unknown message.
    case refused
  }

  package let kind: Kind
  package let detail: String

  package init(_ kind: Kind, _ detail: String) {
    self.kind = kind
    self.detail = detail
  }

  package var description: String {
    switch kind {
    case .unreachable: "the cluster's store cannot be reached: \(detail)"
    case .silent: "the cluster's store did not answer: \(detail)"
    case .refused: "the cluster's store refused: \(detail)"
    }
  }
}
