package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Repositories;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The catalog, read from the folders in the order of the list, from the place where the page
 * starts, until it is full.
 *
 * <p>Nothing is walked beforehand. Each folder of names is listed when a page first comes through,
 * and again when its time of change says so ({@link FolderCache}); so a page costs a few {@code
 * stat}s for each name on it, after the first one that listed its folder. A repository counts if a
 * manifest is found in it now: what was deleted by hand is gone from the next page, and nothing
 * must be kept in step.
 *
 * <p>Byte order of whole names is not the order of folders: {@code a-b} sorts before {@code a/b},
 * and both after {@code a}. Therefore each child folder stands twice in its parent's list: as
 * {@code child} for the repository of that name, and as {@code child/} for everything below it.
 * Names below {@code child/} have it as a prefix and nothing else does, so they are contiguous.
 */
final class FileRepositories implements Repositories {
  private static final long REMEMBERED_HINTS = 50_000;

  /** What distribution's driver can read, without what is reserved for folders in repositories. */
  private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final Layout layout;
  private final Revisions revisions;
  private final FolderCache<Names> folders;

  /** A manifest that the repository had when last asked: the first one to look for. */
  private final Cache<RepositoryName, Digest> hints =
      Caffeine.newBuilder().maximumSize(REMEMBERED_HINTS).executor(Runnable::run).build();

  FileRepositories(Layout layout, Revisions revisions, FolderCache<Names> folders) {
    this.layout = layout;
    this.revisions = revisions;
    this.folders = folders;
  }

  /** A question about a repository that reads the disk. */
  interface Test {
    boolean test(RepositoryName name) throws IOException;
  }

  @Override
  public boolean exists(RepositoryName repository) throws IOException {
    Digest hint = hints.getIfPresent(repository);
    if (hint != null && revisions.has(repository, hint)) {
      return true;
    }
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      Optional<Digest> any = anyManifest(repository, algorithm);
      if (any.isPresent()) {
        hints.put(repository, any.get());
        return true;
      }
    }
    return false;
  }

  private Optional<Digest> anyManifest(RepositoryName repository, DigestAlgorithm algorithm)
      throws IOException {
    Path folder = layout.revisions(repository, algorithm);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Optional<Digest> digest = Digest.find(algorithm.identifier() + ":" + Layout.nameOf(entry));
        if (digest.isPresent() && revisions.has(repository, digest.get())) {
          return digest;
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return Optional.empty();
  }

  @Override
  public Page<RepositoryName> list(
      Predicate<RepositoryName> visible, @Nullable String after, int limit) throws IOException {
    List<RepositoryName> page = new ArrayList<>();
    boolean more =
        walk(
            layout.repositories(),
            "",
            after,
            name -> {
              if (!visible.test(name) || !exists(name)) {
                return false;
              }
              if (page.size() == limit) {
                return true;
              }
              page.add(name);
              return false;
            });
    return new Page<>(page, more);
  }

  /** The first name, in byte order, that passes a test, whether or not it has a manifest. */
  Optional<RepositoryName> first(Test test) throws IOException {
    List<RepositoryName> found = new ArrayList<>(1);
    walk(
        layout.repositories(),
        "",
        null,
        name -> {
          if (test.test(name)) {
            found.add(name);
          }
          return !found.isEmpty();
        });
    return found.stream().findFirst();
  }

  /**
   * Shows all names below a folder, in byte order, until one of them is the last.
   *
   * @param prefix what stands before the folder's names in a repository's name
   * @param after the part behind the prefix of the name after which to start, or null
   * @return whether there was a last one
   */
  private boolean walk(Path folder, String prefix, @Nullable String after, Test isLast)
      throws IOException {
    if (prefix.length() > RepositoryName.MAX_LENGTH) {
      return false; // too deep for any name; ends a circle of symbolic links too
    }
    Names names = folders.get(folder);
    int slash = after == null ? -1 : after.indexOf('/');
    String first = slash < 0 || after == null ? null : after.substring(0, slash + 1);
    for (String name : first == null ? names.after(after) : names.from(first)) {
      String whole = prefix + name;
      if (name.endsWith("/")) {
        String rest = after != null && name.equals(first) ? after.substring(slash + 1) : null;
        if (walk(folder.resolve(name), whole, rest, isLast)) {
          return true;
        }
      } else if (RepositoryName.isValid(whole) && isLast.test(new RepositoryName(whole))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a folder of this name may be a part of a repository's name. */
  static boolean isComponent(String name) {
    return COMPONENT.matcher(name).matches();
  }

  /** The entries of a folder of repositories: each name as it is, and as a prefix. */
  static Names repositoryNames(Path folder, List<String> names) {
    Names both = new Names(List.of());
    for (String name : names) {
      if (isComponent(name)) {
        both.add(name);
        both.add(name + "/");
      }
    }
    return both;
  }

  /**
   * Shows the folder of each repository below a folder, in no order, reading all of them afresh.
   */
  void eachFolder(FolderVisitor visitor) throws IOException {
    eachFolder(layout.repositories(), 0, visitor);
  }

  /** Does something to the folder of a repository, or of a part of a name. */
  interface FolderVisitor {
    void visit(Path folder) throws IOException;
  }

  private void eachFolder(Path folder, int length, FolderVisitor visitor) throws IOException {
    if (length > RepositoryName.MAX_LENGTH) {
      return;
    }
    for (String name : FolderCache.names(folder)) {
      if (isComponent(name)) {
        Path child = folder.resolve(name);
        visitor.visit(child);
        eachFolder(child, length + name.length() + 1, visitor);
      }
    }
  }

  /**
   * Refuses to make a repository whose name the specification doesn't allow. Those of old volumes
   * can be written to.
   */
  void requireMakeable(RepositoryName name) {
    if (name.isLegacy() && !Files.isDirectory(layout.repository(name))) {
      throw new RegistryException(
          new RegistryError.NameInvalid(
              name.value(), "a new repository's name is in lower case; this one doesn't exist"));
    }
  }
}
