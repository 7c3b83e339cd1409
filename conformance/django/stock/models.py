"""Keys that refer to another field than the primary key."""
from django.db import models


class Item(models.Model):
    code = models.CharField(max_length=5, unique=True)
    number = models.IntegerField(unique=True)
    serial = models.UUIDField(unique=True)


class Label(models.Model):
    code = models.ForeignKey(Item, on_delete=models.CASCADE, to_field="code", related_name="+")
    number = models.OneToOneField(Item, on_delete=models.SET_NULL, to_field="number", null=True, blank=True, related_name="+")
    serial = models.ForeignKey(Item, on_delete=models.CASCADE, to_field="serial", null=True, blank=True, related_name="+")
