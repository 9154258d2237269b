package io.stowage.registry.storage.filesystem;

import io.stowage.registry.storage.Storage;
import io.stowage.registry.testkit.BlobStoreContract;
import io.stowage.registry.testkit.GarbageCollectorContract;
import io.stowage.registry.testkit.ManifestStoreContract;
import io.stowage.registry.testkit.ReferrersContract;
import io.stowage.registry.testkit.RepositoriesContract;
import io.stowage.registry.testkit.TagStoreContract;
import io.stowage.registry.testkit.TestManifest;
import io.stowage.registry.testkit.UploadsContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The storage on the file system keeps every contract. */
class FileStorageTest {
  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private Storage open() throws IOException {
    return FileStorage.open(TestDisk.options(root), TestManifest.READER);
  }

  @Nested
  class Blobs extends BlobStoreContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Uploading extends UploadsContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Manifests extends ManifestStoreContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Tags extends TagStoreContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Repositories extends RepositoriesContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Referrers extends ReferrersContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }

  @Nested
  class Collecting extends GarbageCollectorContract {
    @Override
    protected Storage openStorage() throws IOException {
      return open();
    }
  }
}
