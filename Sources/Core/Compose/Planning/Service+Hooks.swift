package import EngineAPI

extension Service {
  /// `post_start`: commands to run in a container after its start.
  package var startHooks: [Wire.ExecCreateBody] { hooks("post_start") }
  /// `pre_stop`: commands to run in a container before its stop.
  package var stopHooks: [Wire.ExecCreateBody] { hooks("pre_stop") }

  private func hooks(_ key: String) -> [Wire.ExecCreateBody] {
    (node[key]?.items ?? []).map { item in
      var body = Wire.ExecCreateBody()
      body.Cmd = Wire.Words(item["command"]?.texts ?? [])
      body.User = item["user"]?.text ?? ""
      body.Privileged = item["privileged"]?.bool ?? false
      body.WorkingDir = item["working_dir"]?.text ?? ""
      body.AttachStdout = true
      body.AttachStderr = true
      body.Env = (item["environment"]?.entries ?? []).map { entry in
        entry.value.text.map { "\(entry.key)=\($0)" } ?? entry.key
      }
      return body
    }
  }
}
