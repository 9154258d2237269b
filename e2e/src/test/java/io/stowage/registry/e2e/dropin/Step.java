package io.stowage.registry.e2e.dropin;

import java.util.List;

/**
 * One request of a conversation.
 *
 * @param target as it goes on the wire; {@code {name}} stands for the location that an earlier step
 *     saved
 * @param saves the name under which the {@code Location} of the answer is kept, or empty
 */
record Step(String method, String target, List<String> headers, String body, String saves) {
  Step {
    headers = List.copyOf(headers);
  }

  @Override
  public String toString() {
    String sent = body.isEmpty() ? "" : " + " + body.length() + " bytes";
    return method + " " + target + (headers.isEmpty() ? "" : " " + headers) + sent;
  }
}
