/// The query of `POST /containers/{id}/attach`.
enum AttachQuery {
  static func items(stdin: Bool, stdout: Bool, stderr: Bool, logs: Bool = false, detachKeys: String?)
    -> EngineSession.Query
  {
    var query: EngineSession.Query = [("stream", "1")]
    if stdin { query.append(("stdin", "1")) }
    if stdout { query.append(("stdout", "1")) }
    if stderr { query.append(("stderr", "1")) }
    if logs { query.append(("logs", "1")) }
    if let detachKeys, !detachKeys.isEmpty { query.append(("detachKeys", detachKeys)) }
    return query
  }
}
