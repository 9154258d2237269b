package io.stowage.registry.testkit;

import io.stowage.registry.storage.Storage;
import org.junit.jupiter.api.Nested;

/** The storage in memory keeps every contract. */
class MemoryStorageTest {
  @Nested
  class Blobs extends BlobStoreContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Uploading extends UploadsContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Manifests extends ManifestStoreContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Tags extends TagStoreContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Repositories extends RepositoriesContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Referrers extends ReferrersContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }

  @Nested
  class Collecting extends GarbageCollectorContract {
    @Override
    protected Storage openStorage() {
      return new MemoryStorage(TestManifest.READER);
    }
  }
}
