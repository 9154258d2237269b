package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.dropin.Inventory.HalfDone;
import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What one server adds to a volume: images in nested repositories, images of several platforms,
 * tags that move and go, sha512, referrers, and uploads that were given up or left. All of it is
 * below a name of its own and goes into the inventory.
 */
final class Workload {
  private final Remote remote;
  private final Edition edition;
  private final Inventory inventory;
  private final String base;

  Workload(Remote remote, Edition edition, Inventory inventory, String base) {
    this.remote = remote;
    this.edition = edition;
    this.inventory = inventory;
    this.base = base;
  }

  void push() throws IOException {
    for (String name : new String[] {base, base + "/app", base + "/app/deep/er"}) {
      image(name, "v1", Content.OCI, "one");
      image(name, "latest", Content.DOCKER, "two");
    }
    platforms();
    movedAndGone();
    sha512();
    referrer();
    uploads();
  }

  private Content blob(String name, String text) throws IOException {
    Content content = Content.blob(base + " " + text);
    remote.blob(name, content.digest(), content);
    inventory.blob(name, content.digest(), content);
    return content;
  }

  private Content image(String name, String tag, String type, String text) throws IOException {
    return image(name, tag, type, text, "");
  }

  private Content image(String name, String tag, String type, String text, String more)
      throws IOException {
    Content config = blob(name, "{\"config\":\"" + text + "\"}");
    Content image = Content.image(type, config, blob(name, "layer " + text), more);
    put(name, tag, image);
    inventory.manifest(name, image.digest(), image);
    return image;
  }

  private void put(String name, String reference, Content manifest) throws IOException {
    remote.manifest(name, reference, manifest);
    inventory.manifest(name, reference, manifest);
  }

  private void platforms() throws IOException {
    String name = base + "/multi";
    Content oci = image(name, "child", Content.OCI, "child");
    put(name, "index", Content.index(Content.OCI_INDEX, oci));
    Content docker = image(name, "docker-child", Content.DOCKER, "docker child");
    put(name, "list", Content.index(Content.DOCKER_LIST, docker));
  }

  private void movedAndGone() throws IOException {
    String name = base + "/moved";
    image(name, "stays", Content.OCI, "stays");
    image(name, "moves", Content.OCI, "before");
    image(name, "moves", Content.OCI, "after");
    Content gone = image(name, "gone", Content.OCI, "gone");
    // registry:2 deletes by digest only, which takes the tag with it.
    boolean byTag = edition != Edition.V2;
    String deleted = byTag ? "gone" : gone.digest();
    remote.delete("/v2/" + name + "/manifests/" + deleted).expect(202);
    inventory.gone(name, "gone");
    if (!byTag) {
      inventory.gone(name, gone.digest());
    }
  }

  private void sha512() throws IOException {
    String name = base + "/sha512";
    Content content = Content.blob(base + " by sha512");
    remote.blob(name, sha512(content), content);
    inventory.blob(name, sha512(content), content);
    Content image = image(name, "tag", Content.OCI, "in sha512");
    if (edition == Edition.OURS) {
      put(name, sha512(image), image);
    }
  }

  private static String sha512(Content content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(content.bytes());
      return "sha512:%0128x".formatted(new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With the tag that stands in for the list where a registry has none. */
  private void referrer() throws IOException {
    String name = base + "/signed";
    Content subject = image(name, "v1", Content.OCI, "signed");
    String more = ",\"subject\":" + subject.descriptor();
    Content signature = image(name, "signature", Content.OCI, "signature", more);
    put(name, subject.digest().replace(':', '-'), Content.index(Content.OCI_INDEX, signature));
    inventory.referrer(name, subject.digest(), signature.digest());
  }

  private void uploads() throws IOException {
    String name = base + "/app";
    remote.delete(remote.append(remote.begin(name), "given up")).expect(204);
    String left = remote.append(remote.begin(name), base + " left ");
    inventory.halfDone(new HalfDone(name, left.replaceFirst("\\?.*", ""), base + " left "));
  }

  /** Finishes what other servers were stopped in, with nothing but the upload's id to go by. */
  static void finish(Remote remote, Inventory inventory) throws IOException {
    for (HalfDone upload : inventory.takeHalfDone()) {
      String target = Remote.path(remote.get(upload.target()).expect(204));
      Content whole = Content.blob(upload.text() + "and done");
      remote.finish(remote.append(target, "and done"), whole.digest());
      inventory.blob(upload.name(), whole.digest(), whole);
    }
  }
}
