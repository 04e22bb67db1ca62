// Calls to the simulator. Every refusal carries a sentence in Chinese that can be shown as it is.

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/demo${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal("连不上模拟平台，请稍后再试", 0);
  }
  const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (!answer.ok) {
    throw new Refusal(told.error ?? `模拟平台出错了（${answer.status}）`, answer.status);
  }
  return told;
}

export const addPhone = () => call("POST", "/phones", {});
export const removePhone = (openid) => call("DELETE", `/phones/${openid}`);
export const messagesAfter = (openid, after) => call("GET", `/phones/${openid}/messages?after=${after}`);
export const act = (openid, wanted) => call("POST", `/phones/${openid}/acts`, wanted);
export const hold = (openid) => call("POST", `/phones/${openid}/hold`, {});
export const exchangesAfter = (openid, after) => call("GET", `/phones/${openid}/exchanges?after=${after}`);
export const findScenes = (words) => call("GET", `/scenes?q=${encodeURIComponent(words)}`);
