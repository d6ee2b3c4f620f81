import Cluster
import ClusterStore

/// The store that the hosts of a cluster share.
protocol ClusterStorePort: Sendable {
  func snapshot() async throws(StoreFailure) -> Snapshot
  func commit(_ transaction: Transaction) async throws(StoreFailure) -> TransactionOutcome
  func grantLease(seconds: Int) async throws(StoreFailure) -> Int64
  func keepAlive(lease: Int64) async throws(StoreFailure) -> Bool
  func revoke(lease: Int64) async throws(StoreFailure)
  func changes(after revision: Int64) -> AsyncThrowingStream<[ClusterChange], any Error>
}

extension EtcdClient: ClusterStorePort {}
