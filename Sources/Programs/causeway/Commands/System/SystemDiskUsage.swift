import JSON

extension Command {
  static var systemDiskUsage: Command {
    Command(
      "system df", usage: "[OPTIONS]", summary: "Show disk usage",
      options: [
        .text("format", nil, "Format output using a custom template:\n\(formatHelp)"),
        .flag("verbose", "v", "Show detailed information on space usage"),
      ],
      arguments: .none
    ) { invocation in
      let options = invocation.options
      let usage = try await DiskUsageLists.read(from: invocation.engine)
      guard !options.flag("verbose") else {
        Descriptor.output.write(
          try DiskUsageDetail(usage: usage, now: Invocation.now).text(format: options.text("format")))
        return 0
      }
      let headers = [
        "Type": "TYPE", "TotalCount": "TOTAL", "Active": "ACTIVE", "Size": "SIZE", "Reclaimable": "RECLAIMABLE",
      ]
      let list = ListFormat(
        options.text("format"), standard: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}")
      Descriptor.output.write(try list.text(headers: headers, rows: DiskUsageSummary(usage).rows))
      return 0
    }
  }
}
