package io.stowage.registry.server.http;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What came out about a request while it was handled, for logs, metrics and traces: which resource
 * it was about, who asked, and why it was refused. Written by the thread that handles the request,
 * read by anybody; what nobody found out stays empty.
 */
public final class Particulars {
  /** The resource of a request that no route took. */
  public static final String NO_RESOURCE = "";

  /**
   * Why a request was refused.
   *
   * @param code of the specification, for example {@code MANIFEST_UNKNOWN}
   * @param detail one line for operators
   */
  public record Refusal(String code, String message, String detail) {}

  private final Consumer<String> known;
  private volatile String resource = NO_RESOURCE;
  private volatile Supplier<Map<String, String>> variables = Map::of;
  private volatile String user = "";
  private volatile @Nullable Refusal refusal;
  private volatile String contentType = "";
  private volatile long bodyBytes;
  private boolean over; // guarded by this

  /** Of a request that nobody but its handler cares for. */
  public Particulars() {
    this(resource -> {});
  }

  /**
   * @param known hears what the request is about, unless it is over before that is known
   */
  Particulars(Consumer<String> known) {
    this.known = known;
  }

  /**
   * Notes what the request is about.
   *
   * @param name of the kind of resource, one of a closed set: {@code manifest}, {@code blob}, ...
   * @param parts the variable parts of its path, under distribution's names: {@code name}, {@code
   *     reference}, {@code digest}, {@code uuid}; asked for only if somebody wants to know
   */
  public void about(String name, Supplier<Map<String, String>> parts) {
    synchronized (this) {
      if (over || resource.equals(name)) {
        return; // the second time if a first attempt to answer was given up
      }
      resource = name;
      variables = parts;
    }
    known.accept(name);
  }

  /**
   * Notes that the request is over. What it is about stays as it is from now on, so that whoever
   * counts what goes on can count it down again.
   */
  void end(long receivedBytes) {
    synchronized (this) {
      over = true;
    }
    bodyBytes = receivedBytes;
  }

  /** Notes who proved to be asking. */
  public void askedBy(String name) {
    user = name;
  }

  /** Notes why it was refused. */
  public void refused(Refusal reason) {
    refusal = reason;
  }

  /** Notes of which media type the response is. */
  void answeredAs(String mediaType) {
    contentType = mediaType;
  }

  /** The kind of resource; {@link #NO_RESOURCE} if no route took the request. */
  public String resource() {
    return resource;
  }

  /** The variable parts of the path; found anew by each call. */
  public Map<String, String> variables() {
    return variables.get();
  }

  /** The name of the user, empty for anonymous and for whoever proved nothing. */
  public String user() {
    return user;
  }

  public @Nullable Refusal refusal() {
    return refusal;
  }

  /** The media type of the response, empty if it has none. */
  public String contentType() {
    return contentType;
  }

  /** How many bytes of its body had arrived when it was over; 0 before that. */
  public long bodyBytes() {
    return bodyBytes;
  }
}
