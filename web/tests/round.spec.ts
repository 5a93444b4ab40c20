import AxeBuilder from "@axe-core/playwright";
import { expect, Page, test } from "@playwright/test";

// One demonstration, three people, in order: the official takes the open
// round on a phone, HR downloads, Vụ CCHC previews a series.
test.describe.configure({ mode: "serial" });

const [official, hr, ministry, author, reviewer] = (process.env.SATHACH_TEST_LINKS || "").split(/\s+/);
let phone: Page;
let ministryState: Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expectAccessible(page);
  await page.getByRole("button", { name: /Vào với tên/ }).click();
}

async function expectAccessible(page: Page): Promise<void> {
  const result = await new AxeBuilder({ page }).analyze();
  expect(result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target).join(" "))).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, "sideways scroll").toBeLessThanOrEqual(0);
}

/** answer gives some response to a question. */
async function answer(page: Page, position: number): Promise<void> {
  const q = page.locator("#q" + position);
  const kind = await q.getAttribute("data-kind");
  if (kind === "numeric") await q.locator("input[type=text]").fill("8");
  else if (kind === "ordering" || kind === "matching") {
    const selects = q.locator("select");
    for (let i = 0; i < (await selects.count()); i++) await selects.nth(i).selectOption({ index: i + 1 });
  } else if (!(await q.locator(".opt input").nth(1).isChecked())) await q.locator(".opt label").nth(1).click(); // a second click would clear a box
}

test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 375, height: 812 }, locale: "vi-VN" });
  phone = await context.newPage();
});

test("an official signs in by link and reads the rules", async () => {
  await enter(phone, official);
  await expect(phone.getByRole("heading", { name: "Việc của tôi" })).toBeVisible();
  await expectAccessible(phone);
  await phone.getByRole("link", { name: /Xem trước khi làm bài/ }).click();
  await expect(phone.getByText(/bài kết thúc lúc/)).toBeVisible();
  await expectAccessible(phone);
  await phone.getByRole("button", { name: "Bắt đầu làm bài" }).click();
  await expect(phone.locator("#q1")).toBeVisible();
  await expect(phone.locator("#q2")).toBeHidden(); // one question on a phone
  await expectAccessible(phone);
});

// Which form the official got is chance, so the text is put above the second
// and third question on its way; the program's own tests have the markup.
test("on a phone a situation goes with its questions", async () => {
  await phone.route("**/attempts/*", async (route) => {
    const response = await route.fetch();
    const situation = '<details class="sit" id="s2" data-first="2" data-last="3" open><summary>Tình huống cho các câu từ 2 đến 3</summary><div class="sit-t">Ông A nộp hồ sơ.</div></details>';
    await route.fulfill({ response, body: (await response.text()).replace('<div class="q" id="q2"', situation + '<div class="q" id="q2"') });
  });
  await phone.reload();
  const text = phone.getByText("Ông A nộp hồ sơ.");
  for (const [p, shown] of [[1, false], [2, true], [3, true], [4, false]] as Array<[number, boolean]>) {
    await phone.evaluate((at) => (location.hash = "#q" + at), p);
    await expect(phone.locator("#q" + p)).toBeVisible();
    await expect(text).toBeVisible({ visible: shown });
    if (p === 2) {
      await expect(text).toBeInViewport(); // whoever comes to its first question begins with the text
      await expectAccessible(phone);
    }
  }
  await phone.unroute("**/attempts/*");
  await phone.goto(phone.url().replace(/#.*|$/, "#q1"));
  await phone.reload();
});

test("answers survive two cuts of the network, a reload and another device", async ({ browser }) => {
  const context = phone.context();
  for (const p of [1, 2, 3]) {
    await phone.goto(phone.url().replace(/#.*|$/, "#q" + p));
    await answer(phone, p);
  }
  await expect(phone.locator("#save")).toHaveText(/Đã lưu \d\d:\d\d:\d\d/);

  await context.setOffline(true);
  await phone.evaluate(() => (location.hash = "#q4"));
  await answer(phone, 4);
  await expect(phone.locator("#save")).toHaveText("Giữ trên máy, sẽ gửi lại");
  await expect(phone.locator("#note-may")).toBeVisible();
  await expect(phone.locator('.cell[data-p="4"]')).toHaveClass(/chua/);
  await context.setOffline(false);
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/, { timeout: 20_000 });
  await expect(phone.locator("#note-may")).toBeHidden();

  // The second cut: the page is closed while an answer is only on the phone.
  await context.setOffline(true);
  await phone.evaluate(() => (location.hash = "#q5"));
  await answer(phone, 5);
  await expect(phone.locator("#save")).toHaveText("Giữ trên máy, sẽ gửi lại");
  await context.setOffline(false);
  await phone.reload();
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/, { timeout: 20_000 });

  // Another device of the same person shows all five answers.
  const other = await browser.newContext({ storageState: await context.storageState(), viewport: { width: 1280, height: 900 } });
  const desktop = await other.newPage();
  await desktop.goto(phone.url());
  await expect(desktop.locator(".cell.da[data-p]")).toHaveCount(5);
  await expectAccessible(desktop);

  // The phone notices, takes over again and loses nothing.
  await expect(desktop.locator("#save")).toHaveText(/Đã lưu/);
  await phone.evaluate(() => (location.hash = "#q6"));
  await answer(phone, 6);
  await expect(phone.locator("#save")).toHaveText(/Cần bạn/);
  await expect(phone.locator("#q6 fieldset :is(input, select)").first()).toBeDisabled(); // for reading only
  await phone.getByRole("link", { name: "Làm tiếp ở đây" }).click();
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
  await expect(phone.locator(".cell.da[data-p]")).toHaveCount(6);
  await other.close();
});

test("a captive portal's page is not taken for a save", async () => {
  await phone.route("**/events", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" }));
  await phone.evaluate(() => (location.hash = "#q7"));
  await answer(phone, 7);
  await expect(phone.locator("#save")).toHaveText("Giữ trên máy, sẽ gửi lại");
  await phone.unroute("**/events");
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/, { timeout: 20_000 });
});

test("an answer given later on another device wins over one kept offline", async ({ browser }) => {
  const context = phone.context();
  const single = phone.locator('.q[data-kind="single"]').first();
  const p = Number(await single.getAttribute("data-p"));
  await phone.evaluate((at) => (location.hash = "#q" + at), p);
  await context.setOffline(true);
  await phone.locator("#q" + p + " .opt label").nth(2).click();
  await expect(phone.locator("#save")).toHaveText("Giữ trên máy, sẽ gửi lại");

  const other = await browser.newContext({ storageState: { ...(await context.storageState()), origins: [] }, viewport: { width: 1280, height: 900 } });
  const desktop = await other.newPage();
  await desktop.goto(phone.url());
  await expect(desktop.locator("#save")).toHaveText(/Đã lưu/);
  await desktop.locator("#q" + p + " .opt label").nth(0).click();
  await expect(desktop.locator("#save")).toHaveText("Đang lưu…");
  await expect(desktop.locator("#save")).toHaveText(/Đã lưu/);
  const kept = await desktop.locator("#q" + p + " input:checked").getAttribute("value");
  await other.close();

  await context.setOffline(false);
  await phone.reload();
  await expect(phone.locator("#note-kept")).toContainText("Câu " + p + " đã được trả lời khác");
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
  expect(await phone.locator("#q" + p + " input:checked").getAttribute("value")).toBe(kept);
  await expectAccessible(phone);
});

test("an order that was begun is kept, and the page says that it is not saved", async () => {
  const q = phone.locator('.q[data-kind="ordering"]').first();
  test.skip((await q.count()) === 0, "this form has no ordering item");
  const p = Number(await q.getAttribute("data-p"));
  await phone.evaluate((at) => (location.hash = "#q" + at), p);
  await q.locator("[data-clear]").click();
  await q.locator("select").first().selectOption({ index: 2 });
  await expect(q.locator(".q-hint")).toBeVisible();
  await expect(phone.locator("#save")).toHaveText(new RegExp("câu " + p + " chưa đủ thứ tự"));
  await expectAccessible(phone);
  await phone.reload();
  await expect(phone.locator("#save")).toHaveText(new RegExp("câu " + p + " chưa đủ thứ tự"));
  await expect(q.locator("select").first()).toHaveValue("1");
  await answer(phone, p);
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
  await expect(q.locator(".q-hint")).toBeHidden();
});

test("an answer the server cannot keep does not hold up the others", async () => {
  const q = phone.locator('.q[data-kind="single"]').first();
  const p = Number(await q.getAttribute("data-p"));
  await phone.evaluate((at) => (location.hash = "#q" + at), p);
  const option = q.locator("input[type=radio]").first();
  const value = await option.getAttribute("value");
  await option.evaluate((i) => i.setAttribute("value", "9")); // no option of this item
  await q.locator(".opt label").nth(1).click();
  await q.locator(".opt label").first().click();
  await q.locator(".flagit label").click();
  await expect(phone.locator("#save")).toHaveText("Cần bạn: sửa câu " + p);
  await expect(phone.locator("#note-can")).toContainText("không đúng dạng");
  await option.evaluate((i, v) => i.setAttribute("value", v!), value);
  await q.locator(".opt label").nth(1).click();
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
  await expect(phone.locator("#note-can")).toBeHidden();
  await q.locator(".flagit label").click();
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
});

// The page's clock runs ahead of the server's, which still accepts answers.
test("at the deadline what is kept offline is still sent; what cannot be sent is named", async ({ browser }) => {
  const other = await browser.newContext({ storageState: await phone.context().storageState(), viewport: { width: 375, height: 812 } });
  const page = await other.newPage();
  await page.clock.install();
  await page.goto(phone.url().replace(/#.*|$/, "#q1"));
  await page.clock.runFor(2_000);
  await expect(page.locator("#save")).toHaveText(/Đã lưu/);
  const left = async () => Number((await page.locator("#exam").getAttribute("data-deadline").then((d) => Date.parse(d!))) - Date.now());
  await other.setOffline(true);
  await page.locator("#q1 .opt label, #q1 select, #q1 input").first().click();
  await answer(page, 1);
  await page.clock.runFor(2_000);
  await page.clock.fastForward((await left()) + 5_000);
  await expect(page.locator("#note-may")).toContainText("còn nhận phần đang gửi");
  await expect(page.locator("#q1 fieldset input, #q1 fieldset select").first()).toBeDisabled();
  await expectAccessible(page);
  await other.setOffline(false);
  await page.clock.runFor(10_000);
  await expect(page.locator("#note-can")).toContainText("Những câu đã lưu được nộp tự động.");
  await expect(page.locator("#note-can")).not.toContainText("chưa gửi được");

  await page.reload();
  await page.clock.runFor(2_000);
  await expect(page.locator("#save")).toHaveText(/Đã lưu/);
  await other.setOffline(true);
  await page.locator('[data-clear="1"]').click();
  await page.clock.runFor(2_000);
  await page.clock.fastForward((await left()) + 90_000);
  await expect(page.locator("#note-can")).toContainText("chưa gửi được nên không được tính: câu 1.");
  await expectAccessible(page);
  await other.close();
  await phone.reload(); // takes over again
  await expect(phone.locator("#save")).toHaveText(/Đã lưu/);
});

test("nothing a taker can fetch holds a key or an explanation", async () => {
  const html = await phone.content();
  const scripts = await phone.locator("script[src]").evaluateAll((all) => all.map((s) => (s as HTMLScriptElement).src));
  const bodies = [html];
  for (const src of scripts) bodies.push(await (await phone.request.get(src)).text());
  for (const body of bodies) {
    expect(body).not.toMatch(/explanation|"correct"|"key"\s*:/i);
  }
});

test("review, submit, receipt", async () => {
  const n = await phone.locator(".q").count();
  for (let p = 8; p < n; p++) {
    await phone.evaluate((at) => (location.hash = "#q" + at), p);
    await answer(phone, p);
  }
  await phone.getByRole("button", { name: "Danh sách câu" }).click();
  await expectAccessible(phone);
  await phone.locator("#navi").getByRole("button", { name: "Xem lại và nộp" }).click();
  await expect(phone).toHaveURL(/review$/);
  await expect(phone.getByText("Còn 1 câu chưa trả lời.")).toBeVisible();
  await expectAccessible(phone);
  await phone.getByRole("button", { name: /Nộp bài/ }).click();
  await expect(phone.locator(".code")).toHaveText(/^SH-[A-Z0-9]{4}-[A-Z0-9]{4}$/);
  await expectAccessible(phone);
  await phone.goto("/");
  await expectAccessible(phone);
  const result = phone.locator("a[href$='/result']");
  if (await result.count()) {
    await result.first().click();
    await expectAccessible(phone);
  }
});

test("HR sees its own province and downloads three workbooks", async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await enter(page, hr);
  await expectAccessible(page);
  await page.locator("tr", { hasText: "Chính thức" }).getByRole("link").first().click();
  await expectAccessible(page);
  await expect(page.getByText("An Giang").first()).toBeVisible();
  expect(await page.content()).not.toContain("Hải Phòng");
  for (const name of ["Sổ điểm", "Danh sách đề nghị biểu dương", "Khuyến nghị bồi dưỡng"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    expect(download.suggestedFilename()).toMatch(/_P-91\.xlsx$/);
  }
  await page.goto("/console/links");
  await expectAccessible(page);
  await page.getByLabel(/Mã hồ sơ/).fill("0000000");
  await page.getByRole("button", { name: "Cấp đường dẫn" }).click();
  await expect(page.getByText("Không có người này trong phạm vi của bạn")).toBeVisible();
  await page.goto("/console/series");
  await expect(page.getByRole("heading", { name: "Trang này ngoài phạm vi của bạn" })).toBeVisible();
  await expectAccessible(page);
});

test("Vụ CCHC previews a series, mends it and creates it; English is one click away", async ({ browser }) => {
  for (const [width, theme] of [[1280, "light"], [375, "dark"]] as const) {
    const page = await (await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme })).newPage();
    if (width === 1280) {
      await enter(page, ministry);
      ministryState = await page.context().storageState();
    } else {
      await page.goto("/signin");
      await expectAccessible(page);
      await page.close();
      continue;
    }
    await page.goto("/console");
    const played = await page.locator('a[href^="/console/rounds/"]').last().getAttribute("href");
    const ofRound = ["", "/quality", "/forms", "/cases", "/corrections", "/corrections?item=T2-001"].map((part) => played + part);
    for (const path of ["/console", "/console/series", "/console/series/new", "/console/items", "/console/items/T2-001", "/console/panels", ...ofRound]) {
      await page.goto(path);
      for (const w of [375, 1280]) {
        await page.setViewportSize({ width: w, height: 900 });
        await expectAccessible(page);
      }
    }
    await page.goto("/console/series/new");
    await page.getByLabel("Tên chuỗi").fill("Kỳ thử nghiệm");
    await page.getByLabel("Cơ quan, gồm mọi cơ quan trực thuộc").selectOption({ index: 1 });
    await page.getByLabel("Biểu thức lịch (cron)").fill("không phải cron");
    await page.locator('[name="n.T5-TAICHINH.application"]').fill("40");
    await page.getByRole("button", { name: "Xem trước" }).click();
    await expect(page.getByRole("heading", { name: "Có lỗi cần sửa" })).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Biểu thức lịch (cron)").fill("0 8 1 3,6,9,12 *");
    await page.getByRole("button", { name: "Xem trước" }).click();
    await expect(page.getByText(/Cải cách tài chính công, Vận dụng: cần 40 câu/)).toBeVisible();
    await expectAccessible(page);
    await page.locator('[name="n.T5-TAICHINH.application"]').fill("1");
    await page.getByRole("button", { name: "Xem trước" }).click();
    await expect(page.getByText("Đủ câu để lập đề cho cả 12 kỳ tới.")).toBeVisible();
    await page.getByRole("button", { name: /Tạo chuỗi cho .* cán bộ, kỳ đầu/ }).click();
    await expect(page.getByText("Kỳ thử nghiệm")).toBeVisible();
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.getByRole("heading", { name: "Series of rounds" })).toBeVisible();
  }
});

test("an author brings a Word file, mends what is unclear and enters it", async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, storageState: ministryState })).newPage();
  await page.goto("/console/imports");
  await expectAccessible(page);
  await page.setInputFiles("#file", "../itembank/exchange/docx/testdata/v6-bang-dap-an-cuoi-phan.docx");
  await page.getByLabel("Mức độ").selectOption({ label: "Nhận biết" });
  await page.getByRole("button", { name: "Đọc tệp" }).click();
  await expect(page.getByText("bảng đáp án có số 10 nhưng không có câu 10")).toBeVisible();
  for (const w of [375, 1280]) {
    await page.setViewportSize({ width: w, height: 900 });
    await expectAccessible(page);
  }
  await page.getByLabel("Chuyên đề").selectOption({ label: "Cải cách thủ tục hành chính" });
  await page.getByRole("button", { name: "Gán chuyên đề, mức độ" }).click();
  await page.getByRole("link", { name: "Xem và sửa 14" }).click(); // the key table has nothing for it
  await expectAccessible(page);
  await expect(page.getByLabel("Đáp án")).toHaveValue("");
  await page.getByLabel("Đáp án").fill("C");
  await page.getByLabel("Chuyên đề").selectOption({ label: "Cải cách thủ tục hành chính" });
  await page.getByRole("button", { name: "Lưu câu này" }).click();
  await page.getByRole("button", { name: "Nhận", exact: true }).click();
  await page.getByRole("button", { name: /Đưa 17 câu đã nhận vào ngân hàng/ }).click();
  await page.locator('a[href^="/console/items/T2-"]').first().click();
  await expect(page.getByText("Bản nháp", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Gửi thẩm định" }).click();
  await expect(page.getByText("Đang thẩm định", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "Phê duyệt" })).toHaveCount(0); // its writer does not approve
});

test("two hundred questions of a Word file go from their author into forms", async ({ browser }) => {
  const person = async (link: string): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await enter(page, link);
    return page;
  };
  const writer = await person(author);
  await writer.goto("/console/imports");
  await writer.setInputFiles("#file", "tests/200-cau.docx");
  await writer.getByLabel("Chuyên đề").selectOption({ label: "Cải cách thủ tục hành chính" });
  await writer.getByLabel("Mức độ").selectOption({ label: "Nhận biết" });
  await writer.getByRole("button", { name: "Đọc tệp" }).click();
  await expect(writer.getByRole("heading", { name: "200-cau.docx" })).toBeVisible();
  await expectAccessible(writer);
  const list = writer.url();
  for (const [position, key, options] of [[20, "B", ""], [60, "A", ""], [100, "D", ""], [140, "A", "Một đáp án\nHai đáp án"], [180, "C", ""]] as Array<[number, string, string]>) {
    await writer.goto(list + "/" + position);
    await expect(writer.getByText("Câu " + position + ".", { exact: false }).first()).toBeVisible(); // as printed in the file
    if (options) await writer.locator("#options").fill(options);
    await writer.locator("#key").fill(key);
    await writer.getByRole("button", { name: "Lưu câu này" }).click();
  }
  await writer.goto(list);
  await writer.getByLabel(/Cả tệp/).check();
  await writer.getByRole("button", { name: "Nhận", exact: true }).click();
  await writer.getByRole("button", { name: /Đưa 200 câu đã nhận vào ngân hàng/ }).click();

  await writer.goto("/console/items?show=draft&q=quy+trinh+mau+so");
  await expectAccessible(writer);
  await writer.getByLabel(/Mọi câu khớp bộ lọc/).check();
  await writer.getByRole("button", { name: "Gửi thẩm định" }).click();
  await expect(writer.getByText("Đã gửi thẩm định 200 câu.")).toBeVisible();

  const second = await person(reviewer);
  await second.goto("/console/items?show=in_review&q=quy+trinh+mau+so");
  await second.getByLabel(/Mọi câu khớp bộ lọc/).check();
  await second.getByRole("button", { name: "Thẩm định", exact: true }).click();
  for (let part = 0; part < 8; part++) {
    await expect(second.getByText("Bạn đã thẩm định " + 25 * part + " câu.")).toHaveCount(part ? 1 : 0);
    await expect(second.locator("input[name=read]")).toHaveCount(25);
    if (part === 0) await expectAccessible(second);
    await second.locator("input[name=read]").first().check();
    await second.locator("input[name=read]").evaluateAll((boxes) => boxes.forEach((b) => ((b as HTMLInputElement).checked = true)));
    await second.getByRole("button", { name: /Ký các câu đã đánh dấu/ }).click();
  }
  await expect(second.getByText("Bạn đã thẩm định 200 câu.")).toBeVisible();

  const third = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, storageState: ministryState })).newPage();
  const drawable = async (): Promise<number> => {
    await third.goto("/console/items?topic=T2-TTHC&level=recall&show=drawable");
    return Number(((await third.locator("table caption").textContent()) || "").replace(/\D/g, ""));
  };
  const before = await drawable();
  await third.goto("/console/items?show=in_review&q=quy+trinh+mau+so");
  await third.getByLabel(/Mọi câu khớp bộ lọc/).check();
  await third.getByRole("button", { name: "Phê duyệt", exact: true }).click();
  await expectAccessible(third);
  const sample = third.locator("input[name=read]");
  await expect(sample).toHaveCount(20);
  await third.getByRole("button", { name: "Phê duyệt 200 câu" }).click();
  await expect(third.getByText("Hãy đọc và đánh dấu đủ các câu trong mẫu")).toBeVisible();
  for (let i = 0; i < 20; i++) await sample.nth(i).check();
  await third.getByRole("button", { name: "Phê duyệt 200 câu" }).click();
  await expect(third.getByText("Đã phê duyệt 200 câu.")).toBeVisible();
  expect(await drawable()).toBe(before + 200);
});
