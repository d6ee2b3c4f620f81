/// This program.
public enum Product {
  public static let name = "Causeway"
  public static let version = "0.1.0"
}
