/// The Docker Engine API's types as they go over the wire, versions 1.24 to 1.55.
///
/// Properties have exactly the API's names, so that a search for a name of the API's description finds it here. Fields
/// that Go writes with their zero value are plain, fields that it omits are optional, and fields that it writes as
/// `null` are ``Nullable``.
package enum Wire {}
