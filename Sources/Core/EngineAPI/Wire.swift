/// The Docker Engine API's types as they go over the wire, versions 1.24 to 1.50.
///
/// Properties bear the names of the API, letter by letter, so that what one reads in the API's description is what one
/// finds here. Values that Go leaves at zero are plain; what may be left out is optional; what is `null` instead is
/// ``Nullable``.
public enum Wire {}
