"""The inventory's routes on a real database: shapes, numbers, links, what is hidden, what is refused, and who gets which
barcode when many ask at once."""

import concurrent.futures
import json
import unittest
import uuid

from api_stack import ApiStack, insert

ITEMS = "/inventory/items"
# The recorded answer's members, in their order.
SHAPE = ("category_id name description manufacturer model_number serial_number asset_tag barcode purchase_date purchase_price "
         "purchase_order vendor vendor_id warranty_expiration expected_lifetime_years current_value replacement_cost size color "
         "weight location_id storage_location storage_area_id station condition status status_notes tracking_type quantity "
         "unit_of_measure reorder_point inspection_interval_days min_rank_order restricted_to_positions notes custom_fields "
         "attachments standard_size style variant_group_id id organization_id assigned_to_user_id assigned_to_name vendor_name "
         "assigned_date quantity_issued last_inspection_date next_inspection_due active created_at updated_at created_by lot_stock "
         "is_lot_stocked").split()


class Inventory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack())
        cls.admin = cls.stack.bearer(cls.stack.admin)
        cls.member_id = cls.stack.new_member(cls.stack.organization, "ann", first_name="Ann", last_name="Lee")
        cls.member = cls.stack.bearer(cls.member_id)
        cls.stack.new_role(cls.stack.organization, "Quartermaster", ["inventory.view", "inventory.manage"])
        cls.keeper = cls.stack.bearer(cls.stack.new_member(cls.stack.organization, "kim", roles=["quartermaster"]))
        cls.other = cls.stack.new_organization("Other Company")
        cls.stranger = cls.stack.bearer(cls.stack.new_member(cls.other, "eve", roles=["it_manager"]))

    def setUp(self):
        self.addCleanup(self.check_chain)

    def check_chain(self):
        self.stack.verify_chain()

    def made(self, body=None, client=None, **fields):
        answer = (client or self.admin).post(ITEMS, {"name": "Radio", **(body or {}), **fields})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.body

    def category(self, organization=None, **columns):
        number = str(uuid.uuid4())
        self.stack.sql(insert("inventory_categories", **{
            "id": number, "organization_id": organization or self.stack.organization, "name": "Category", "item_type": "tool",
            "nfpa_tracking_enabled": 0, "active": 1, **columns}))
        return number

    def refused(self, answer, status, detail=None, code=None):
        self.assertEqual(answer.status, status, answer.text)
        if detail:
            self.assertEqual(answer.detail, detail)
        self.assertEqual(answer.code, code or f"LB-API-{status}")

    # Making one.
    def test_a_new_item_has_the_applications_shape_and_defaults(self):
        body = self.made(barcode="BC-1", serial_number="SN-1", asset_tag="AT-1", purchase_price="12.5", weight=1.25,
                         custom_fields={"a": [1, None]}, quantity="3", unknown="left out")
        self.assertEqual(list(body), SHAPE)
        given = {"name": "Radio", "barcode": "BC-1", "serial_number": "SN-1", "asset_tag": "AT-1", "purchase_price": "12.50",
                 "current_value": "12.50", "weight": 1.25, "custom_fields": {"a": [1, None]}, "quantity": 3,
                 "condition": "good", "status": "available", "tracking_type": "individual", "quantity_issued": 0, "active": True,
                 "organization_id": self.stack.organization, "created_by": self.stack.admin, "is_lot_stocked": False}
        self.assertEqual({k: body[k] for k in given}, given)
        for name in set(SHAPE) - set(given) - {"id", "created_at", "updated_at"}:
            self.assertIsNone(body[name], name)
        for name in ("created_at", "updated_at"):
            self.assertRegex(body[name], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        read = self.admin.get(f"{ITEMS}/{body['id']}")
        self.assertEqual((read.status, read.body), (200, body))
        row = self.stack.sql(f"SELECT event_type, event_category, user_id, organization_id, event_data FROM audit_logs "
                             f"WHERE event_data LIKE '%{body['id']}%'")
        self.assertEqual(row[0][:4], ["inventory_item_created", "inventory", self.stack.admin, self.stack.organization])
        self.assertEqual(json.loads(row[0][4]), {"item_id": body["id"], "item_name": "Radio"})

    def test_empty_numbers_are_none(self):
        for _ in range(2):
            body = self.made(serial_number="", asset_tag="  ", barcode="")
            self.assertIsNone(body["serial_number"])
            self.assertIsNone(body["asset_tag"])
            self.assertRegex(body["barcode"], r"^INV-\d{6,}$")

    def test_what_does_not_fit_is_named(self):
        answer = self.admin.post(ITEMS, {"quantity": "abc", "condition": "weird"})
        self.refused(answer, 422, code="LB-VAL-001", detail=[
            {"field": "name", "message": "This field is required."},
            {"field": "condition", "message": "Invalid value. Expected one of: 'excellent', 'good', 'fair', 'poor', 'damaged', "
                                              "'out_of_service' or 'retired'"},
            {"field": "quantity", "message": "Expected a number."}])
        self.refused(self.admin.get(f"{ITEMS}/not-a-uuid"), 422, [{"field": "path.item_id", "message": "Invalid ID format."}],
                     "LB-VAL-001")

    def test_a_number_belongs_to_one_item(self):
        self.made(barcode="Straße-1", serial_number="SN-taken", asset_tag="AT-taken")
        # As the database compares: without case, accents and trailing blanks.
        for field, value in (("barcode", "STRASSE-1"), ("barcode", "straße-1 "), ("serial_number", "sn-TAKEN"),
                             ("asset_tag", "ÀT-taken")):
            answer = self.admin.post(ITEMS, {"name": "Other", field: value})
            self.refused(answer, 409)
            self.assertEqual(answer.detail["field"], field)
            self.assertIn(value, answer.detail["message"])
        item = self.made()
        for field, value in (("barcode", "Straße-1"), ("serial_number", "SN-taken"), ("asset_tag", "AT-taken")):
            answer = self.admin.patch(f"{ITEMS}/{item['id']}", {field: value})
            self.refused(answer, 409)
            self.assertEqual(answer.detail["field"], field)
        self.assertEqual(self.admin.get(f"{ITEMS}/{item['id']}").body, item)
        # Another organization has numbers of its own.
        self.made(client=self.stranger, barcode="Straße-1", serial_number="SN-taken", asset_tag="AT-taken")

    def test_links_lead_nowhere_but_into_the_organization(self):
        there = {"category_id": self.category(organization=self.other)}
        for table, field, columns in (
                ("locations", "location_id", {"name": "L", "is_active": 1, "created_at": "2026-01-01", "updated_at": "2026-01-01"}),
                ("storage_areas", "storage_area_id", {"name": "S", "storage_type": "rack"}),
                ("inventory_vendors", "vendor_id", {"name": "V", "is_preferred": 0, "is_active": 1}),
                ("item_variant_groups", "variant_group_id", {"name": "G"})):
            there[field] = str(uuid.uuid4())
            self.stack.sql(insert(table, id=there[field], organization_id=self.other, **columns))
        item = self.made()
        for field, theirs in there.items():
            for link in (theirs, str(uuid.uuid4())):
                self.assertEqual(self.admin.post(ITEMS, {"name": "x", field: link}).status, 400, field)
                self.assertEqual(self.admin.patch(f"{ITEMS}/{item['id']}", {field: link}).status, 400, field)
        self.assertEqual(self.admin.get(f"{ITEMS}/{item['id']}").body, item)
        mine = self.made(client=self.stranger, **there)
        self.assertEqual(mine["vendor_name"], "V")

    def test_state_and_category_rules(self):
        for body in ({"status": "assigned"}, {"status": "retired"}, {"tracking_type": "pool", "quantity": 0},
                     {"category_id": self.category(requires_serial_number=1)},
                     {"category_id": self.category(requires_maintenance=1)}):
            self.refused(self.admin.post(ITEMS, {"name": "x", **body}), 400)
        self.made(status="retired", condition="retired")
        self.made(tracking_type="pool", quantity=1)
        self.made(category_id=self.category(requires_serial_number=1), serial_number="SN-cat")
        self.made(category_id=self.category(requires_maintenance=1), inspection_interval_days=30)
        item = self.made()
        asking = self.category(requires_serial_number=1)
        self.refused(self.admin.patch(f"{ITEMS}/{item['id']}", {"category_id": asking}), 400)
        changed = self.admin.patch(f"{ITEMS}/{item['id']}", {"category_id": asking, "serial_number": "SN-cat-2"})
        self.assertEqual((changed.status, changed.body["category_id"]), (200, asking))

    # Numbers that are given away.
    def test_barcodes_go_on_from_the_settings_and_leave_the_others_alone(self):
        organization = self.stack.new_organization(
            "Numbered", settings={"barcode": {"prefix": "FD-", "next_number": 999_998, "other": 1.50}, "theme": {"a": [1]}})
        client = self.stack.bearer(self.stack.new_member(organization, "num", roles=["it_manager"]))
        self.made(client=client, barcode="fd-1000000")  # taken, in another case
        retired = self.made(client=client, barcode="FD-999998")
        self.assertEqual(client.post(f"{ITEMS}/{retired['id']}/retire").status, 200)
        self.assertEqual([self.made(client=client)["barcode"] for _ in range(2)], ["FD-999999", "FD-1000001"])
        # One that is refused uses no number up.
        self.refused(client.post(ITEMS, {"name": "x", "status": "assigned"}), 400)
        self.made(client=client, serial_number="S")
        self.refused(client.post(ITEMS, {"name": "x", "serial_number": "S"}), 409)
        self.assertEqual(self.made(client=client)["barcode"], "FD-1000003")
        settings = json.loads(self.stack.one(f"SELECT settings FROM organizations WHERE id='{organization}'"))
        self.assertEqual(settings, {"barcode": {"prefix": "FD-", "next_number": 1_000_004, "other": 1.5}, "theme": {"a": [1]}})

    def test_two_hundred_at_once_get_two_hundred_numbers_without_a_gap(self):
        organization = self.stack.new_organization("Crowd")
        user = self.stack.new_member(organization, "crowd", roles=["it_manager"])
        clients = [self.stack.bearer(user) for _ in range(25)]

        def make(client):
            return [client.post(ITEMS, {"name": "Hose"}) for _ in range(8)]

        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            answers = [answer for some in pool.map(make, clients) for answer in some]
        self.assertEqual({answer.status for answer in answers}, {201}, [a.text for a in answers if a.status != 201][:3])
        self.assertEqual(sorted(answer.body["barcode"] for answer in answers), [f"INV-{n:06}" for n in range(1, 201)])
        self.assertEqual(self.stack.one(f"SELECT COUNT(*) FROM audit_logs WHERE organization_id='{organization}' "
                                        "AND event_type='inventory_item_created'"), "200")

    # Reading.
    def test_pages(self):
        organization = self.stack.new_organization("Pages")
        client = self.stack.bearer(self.stack.new_member(organization, "pages", roles=["it_manager"]))
        for name in ("b", "a", "a", "c"):
            self.made(client=client, name=name, color=f"{name}%_")
        gone = self.made(client=client, name="aa")
        client.post(f"{ITEMS}/{gone['id']}/retire")
        page = client.get(ITEMS).body
        self.assertEqual((page["total"], page["skip"], page["limit"]), (4, 0, 100))
        self.assertEqual(list(page), ["items", "total", "skip", "limit"])
        self.assertEqual([item["name"] for item in page["items"]], ["a", "a", "b", "c"])
        self.assertEqual(list(page["items"][0]), SHAPE)
        one_by_one = [client.get(f"{ITEMS}?limit=1&skip={n}").body["items"][0]["id"] for n in range(4)]
        self.assertEqual(one_by_one, [item["id"] for item in page["items"]])
        names = lambda query: [item["name"] for item in client.get(f"{ITEMS}?{query}").body["items"]]
        self.assertEqual(names("active_only=false"), ["a", "a", "aa", "b", "c"])
        self.assertEqual(names("sort_order=desc"), ["c", "b", "a", "a"])
        self.assertEqual(names("sort_by=created_at;DROP&limit=2"), ["a", "a"])
        self.assertEqual(names("search=%25_"), ["a", "a", "b", "c"])
        self.assertEqual(names("search=B%25"), ["b"])
        self.assertEqual(names("search=%25%25"), [])
        self.assertEqual(names("color=B%25_"), ["b"])
        self.assertEqual(names("status=retired&active_only=false"), ["aa"])
        self.assertEqual(names("skip=4"), [])
        for query in ("limit=0", "limit=501", "skip=-1", "status=odd", "category_id=1", "sort_order=up", "active_only=perhaps"):
            answer = client.get(f"{ITEMS}?{query}")
            self.refused(answer, 422, code="LB-VAL-001")
            self.assertEqual(answer.detail[0]["field"], "query." + query.split("=")[0])
        self.assertEqual(len(client.get(f"{ITEMS}?limit=500").body["items"]), 4)

    def test_look_up_answers_the_best_match_first(self):
        organization = self.stack.new_organization("Look")
        client = self.stack.bearer(self.stack.new_member(organization, "look", roles=["it_manager"]))
        for n, fields in enumerate(({"color": "x77y"}, {"size": "X77"}, {"name": "x77"}, {"asset_tag": "a-x77"},
                                    {"serial_number": "sx77"}, {"barcode": "BX77"})):
            self.made(client=client, name=fields.pop("name", f"item {n}"), **{"barcode": f"none-{n}", **fields})
        found = client.get("/inventory/lookup?code=x77").body
        self.assertEqual(list(found), ["results", "total"])
        self.assertEqual([(r["matched_field"], r["matched_value"]) for r in found["results"]],
                         [("barcode", "BX77"), ("serial_number", "sx77"), ("asset_tag", "a-x77"), ("name", "x77"),
                          ("size", "X77"), ("color", "x77y")])
        self.assertEqual(list(found["results"][0]["item"]), SHAPE)
        self.assertEqual(found["total"], 6)
        self.assertEqual(len(client.get("/inventory/lookup?code=x77&limit=2").body["results"]), 2)
        for code in ("%25", "_", "!", "\\", "' OR 1=1 -- "):
            self.assertEqual(client.get("/inventory/lookup?code=" + code.replace(" ", "+").replace("\\", "%5C")).body["total"], 0, code)
        for query in ("", "?code=", "?code=x&limit=0", "?code=x&limit=51", "?code=" + "x" * 256):
            self.refused(client.get("/inventory/lookup" + query), 422, code="LB-VAL-001")
        self.assertEqual(self.admin.get("/inventory/lookup?code=x77").body["total"], 0)

    def test_lots_count_while_they_last(self):
        item = self.made(tracking_type="pool", quantity=2)
        for quantity, last in ((3, None), (4, "2999-01-01"), (50, "2001-01-01")):
            self.stack.sql(insert("inventory_lots", id=str(uuid.uuid4()), organization_id=self.stack.organization,
                                  inventory_item_id=item["id"], quantity=quantity, expiration_date=last))
        read = self.admin.get(f"{ITEMS}/{item['id']}").body
        self.assertEqual((read["lot_stock"], read["is_lot_stocked"], read["quantity"]), (7, True, 2))

    # Changing and retiring.
    def test_a_change_changes_what_it_names(self):
        item = self.made(description="old", purchase_price=5, weight=2, custom_fields={"a": 1})
        changed = self.admin.patch(f"{ITEMS}/{item['id']}", {"description": None, "purchase_price": "7.25", "custom_fields": {},
                                                             "next_inspection_due": "2027-02-28", "unknown": 1})
        self.assertEqual(changed.status, 200, changed.text)
        expected = {**item, "description": None, "purchase_price": "7.25", "current_value": "7.25", "custom_fields": {},
                    "next_inspection_due": "2027-02-28", "updated_at": changed.body["updated_at"]}
        self.assertEqual(changed.body, expected)
        data = json.loads(self.stack.one("SELECT event_data FROM audit_logs WHERE event_type='inventory_item_updated' "
                                         f"AND event_data LIKE '%{item['id']}%'"))
        self.assertEqual(sorted(data["fields_updated"]), ["custom_fields", "description", "next_inspection_due", "purchase_price"])
        for body in ({"name": None}, {"status": None}, {"quantity": -1}):
            self.refused(self.admin.patch(f"{ITEMS}/{item['id']}", body), 422, code="LB-VAL-001")

    def test_retiring_keeps_the_row(self):
        item = self.made()
        answer = self.admin.post(f"{ITEMS}/{item['id']}/retire", {"notes": "worn out"})
        self.assertEqual(answer.status, 200, answer.text)
        read = self.admin.get(f"{ITEMS}/{item['id']}").body
        self.assertEqual({k: read[k] for k in ("status", "condition", "active", "status_notes")},
                         {"status": "retired", "condition": "retired", "active": False, "status_notes": "worn out"})
        self.assertNotIn(item["id"], [i["id"] for i in self.admin.get(f"{ITEMS}?limit=500").body["items"]])

    def test_what_members_have_cannot_be_retired(self):
        assigned, out, issued = self.made(), self.made(), self.made(tracking_type="pool", quantity=5)
        self.stack.sql(f"UPDATE inventory_items SET assigned_to_user_id='{self.member_id}', status='assigned', "
                       f"assigned_date='2026-01-02 03:04:05' WHERE id='{assigned['id']}'")
        self.stack.sql(insert("checkout_records", id=str(uuid.uuid4()), organization_id=self.stack.organization, item_id=out["id"],
                              user_id=self.member_id, checked_out_at="2026-01-01", is_returned=0)
                       + insert("item_issuances", id=str(uuid.uuid4()), organization_id=self.stack.organization,
                                item_id=issued["id"], user_id=self.member_id, quantity_issued=1, issued_at="2026-01-01",
                                is_returned=0))
        for item in (assigned, out, issued):
            self.refused(self.admin.post(f"{ITEMS}/{item['id']}/retire"), 400)
            self.refused(self.admin.patch(f"{ITEMS}/{item['id']}", {"status": "retired", "condition": "retired"}), 400)
            self.assertTrue(self.admin.get(f"{ITEMS}/{item['id']}").body["active"])
        self.stack.sql("UPDATE checkout_records SET is_returned=1; UPDATE item_issuances SET is_returned=1")
        for item in (out, issued):
            self.assertEqual(self.admin.post(f"{ITEMS}/{item['id']}/retire", {}).status, 200)

        # Who has it is for the keeper and the holder.
        holder = ("assigned_to_user_id", "assigned_to_name", "assigned_date")
        seen = lambda client: [client.get(f"{ITEMS}/{assigned['id']}").body[name] for name in holder]
        self.assertEqual(seen(self.keeper), [self.member_id, "Ann Lee", "2026-01-02T03:04:05Z"])
        self.assertEqual(seen(self.member), [self.member_id, "Ann Lee", "2026-01-02T03:04:05Z"])
        onlooker = self.stack.bearer(self.stack.new_member(self.stack.organization, "onlooker"))
        self.assertEqual(seen(onlooker), [None, None, None])
        query = f"{ITEMS}?assigned_to={self.member_id}"
        self.assertEqual(self.keeper.get(query).body["total"], 1)
        self.assertEqual(self.member.get(query).body["total"], 1)
        self.refused(onlooker.get(query), 403, code="LB-PERM-001")

    # Who may.
    def test_without_the_permission(self):
        item = self.made()
        writes = [lambda c: c.post(ITEMS, {"name": "x"}), lambda c: c.patch(f"{ITEMS}/{item['id']}", {"name": "x"}),
                  lambda c: c.post(f"{ITEMS}/{item['id']}/retire")]
        reads = [lambda c: c.get(ITEMS), lambda c: c.get(f"{ITEMS}/{item['id']}"), lambda c: c.get("/inventory/lookup?code=x")]
        for write in writes:
            self.refused(write(self.member), 403, code="LB-PERM-001")
        self.stack.new_role(self.stack.organization, "Nobody", [])
        nobody = self.stack.bearer(self.stack.new_member(self.stack.organization, f"no{uuid.uuid4().hex[:6]}", roles=["nobody"]))
        for call in writes + reads:
            self.refused(call(nobody), 403, code="LB-PERM-001")
            self.refused(call(self.stack.client()), 401, code="LB-AUTH-001")
        for read in reads:
            self.assertEqual(read(self.member).status, 200)
        self.assertEqual(self.admin.get(f"{ITEMS}/{item['id']}").body, item)

    def test_another_organizations_item_is_not_there(self):
        item = self.made(name="Secret thing")
        for call in (lambda c: c.get(f"{ITEMS}/{item['id']}"), lambda c: c.patch(f"{ITEMS}/{item['id']}", {"name": "x"}),
                     lambda c: c.post(f"{ITEMS}/{item['id']}/retire")):
            self.refused(call(self.stranger), 404, "Item not found")
        self.assertEqual(self.stranger.get(f"{ITEMS}?search=Secret").body["total"], 0)
        self.assertEqual(self.stranger.get("/inventory/lookup?code=Secret").body["total"], 0)
        self.assertEqual(self.stranger.get(f"{ITEMS}?assigned_to={self.member_id}").body["total"], 0)
        self.assertEqual(self.admin.get(f"{ITEMS}/{item['id']}").body, item)

    def test_medical_stock_is_for_those_who_may_see_it(self):
        category = self.category(item_type="medical")
        item = self.made(name="Bandage", category_id=category, barcode=f"MED-{uuid.uuid4().hex[:8]}")
        lookup = f"/inventory/lookup?code={item['barcode']}"
        self.stack.new_role(self.stack.organization, "Medic Viewer", ["inventory.view", "inventory.manage", "inventory.view_medical"])
        viewer = self.stack.bearer(self.stack.new_member(self.stack.organization, f"v{uuid.uuid4().hex[:6]}", roles=["medic_viewer"]))
        for client, sees in ((self.admin, True), (viewer, True), (self.keeper, False), (self.member, False)):
            self.assertEqual(client.get(f"{ITEMS}/{item['id']}").status, 200 if sees else 404)
            self.assertEqual(client.get(lookup).body["total"], 1 if sees else 0)
            self.assertEqual(client.get(f"{ITEMS}?search=Bandage").body["total"], 0)
        self.refused(self.keeper.patch(f"{ITEMS}/{item['id']}", {"name": "x"}), 404)
        self.refused(self.keeper.post(f"{ITEMS}/{item['id']}/retire"), 404)
        self.refused(self.keeper.post(ITEMS, {"name": "x", "category_id": category}), 400)
        self.refused(viewer.patch(f"{ITEMS}/{item['id']}", {"name": "x"}), 403, code="LB-PERM-001")
        self.refused(viewer.post(f"{ITEMS}/{item['id']}/retire"), 403, code="LB-PERM-001")
        self.refused(viewer.post(ITEMS, {"name": "x", "category_id": category}), 403, code="LB-PERM-001")
        self.assertEqual(self.admin.patch(f"{ITEMS}/{item['id']}", {"name": "Gauze"}).status, 200)

    def test_hostile_values_are_only_values(self):
        for text in ("'; DROP TABLE inventory_items; -- ", '"\\\0'.replace("\0", ""), "%s ? ?", "\u202e🚒", "a\tb\nc"):
            item = self.made(name=text, notes=text, barcode=text)
            self.assertEqual([self.admin.get(f"{ITEMS}/{item['id']}").body[k] for k in ("name", "notes", "barcode")], [text] * 3)
            self.assertEqual(self.admin.post(f"{ITEMS}/{item['id']}/retire").status, 200)


if __name__ == "__main__":
    unittest.main()
