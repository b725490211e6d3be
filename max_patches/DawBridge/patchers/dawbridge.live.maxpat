{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [ 60.0, 90.0, 1080.0, 690.0 ],
  "bglocked": 0,
  "openinpresentation": 0,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [ 15.0, 15.0 ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 15, 15, 127.0, 27.6 ],
     "outlettype": [],
     "text": "dawbridge.live",
     "linecount": 1,
     "fontsize": 18.0,
     "fontface": 1
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 15, 45, 900, 34.8 ],
     "outlettype": [],
     "text": "The mix goes to daw-bridge on channels 1 and 2 of a virtual sound device; the stems come back on the channels after them. Double-click for a strip of each. It needs a dawbridge.client.",
     "linecount": 2
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 0,
     "patching_rect": [ 30, 180, 109.0, 22.0 ],
     "outlettype": [],
     "text": "dac~ 1 2"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [ 30, 120, 30.0, 30.0 ],
     "outlettype": [ "" ],
     "comment": "the mix, left",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [ 120, 120, 30.0, 30.0 ],
     "outlettype": [ "" ],
     "comment": "the mix, right",
     "index": 2
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 165, 120, 50.7, 20.4 ],
     "outlettype": [],
     "text": "the mix",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 14,
     "patching_rect": [ 30, 225, 799.0, 22.0 ],
     "outlettype": [ "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal", "signal" ],
     "text": "adc~ 3 4 5 6 7 8 9 10 11 12 13 14 15 16"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "drums, channel 3",
     "index": 1
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 90, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "drums, channel 4",
     "index": 2
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 150, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "bass, channel 5",
     "index": 3
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 210, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "bass, channel 6",
     "index": 4
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 270, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "guitar, channel 7",
     "index": 5
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 330, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "guitar, channel 8",
     "index": 6
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 390, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "piano, channel 9",
     "index": 7
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 450, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "piano, channel 10",
     "index": 8
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 510, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "vocals, channel 11",
     "index": 9
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 570, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "vocals, channel 12",
     "index": 10
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 630, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "other, channel 13",
     "index": 11
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 690, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "other, channel 14",
     "index": 12
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 750, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "residual, channel 15",
     "index": 13
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 810, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "residual, channel 16",
     "index": 14
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [ 900, 120, 135.3, 22.0 ],
     "outlettype": [ "" ],
     "text": "receive dawbridge.from"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [ 900, 180, 141.3, 22.0 ],
     "outlettype": [ "", "" ],
     "text": "route /dawbridge/latency"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 900, 285, 30.0, 30.0 ],
     "outlettype": [],
     "comment": "latency: samples, ms",
     "index": 15
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 930, 330, 50.0, 20.4 ],
     "outlettype": [],
     "text": "latency",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 330, 45.3, 20.4 ],
     "outlettype": [],
     "text": "drums",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 30, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 62.0, 27.6 ],
         "outlettype": [],
         "text": "drums",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/drums/gain /dawbridge/stem/drums/mute /dawbridge/stem/drums/solo /dawbridge/stem/drums/known /dawbridge/meter/drums"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 208.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/drums/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 212.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/drums/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 208.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/drums/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 220.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/drums/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 45.3, 20.4 ],
         "outlettype": [],
         "text": "drums",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "drums",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 150, 330, 37.3, 20.4 ],
     "outlettype": [],
     "text": "bass",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 165, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 50.0, 27.6 ],
         "outlettype": [],
         "text": "bass",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/bass/gain /dawbridge/stem/bass/mute /dawbridge/stem/bass/solo /dawbridge/stem/bass/known /dawbridge/meter/bass"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 200.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/bass/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 204.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/bass/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 200.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/bass/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 212.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/bass/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 37.3, 20.4 ],
         "outlettype": [],
         "text": "bass",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "bass",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 270, 330, 42.0, 20.4 ],
     "outlettype": [],
     "text": "guitar",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 300, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 57.0, 27.6 ],
         "outlettype": [],
         "text": "guitar",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/guitar/gain /dawbridge/stem/guitar/mute /dawbridge/stem/guitar/solo /dawbridge/stem/guitar/known /dawbridge/meter/guitar"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 205.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/guitar/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 209.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/guitar/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 204.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/guitar/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 217.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/guitar/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 42.0, 20.4 ],
         "outlettype": [],
         "text": "guitar",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "guitar",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 390, 330, 41.4, 20.4 ],
     "outlettype": [],
     "text": "piano",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 435, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 56.0, 27.6 ],
         "outlettype": [],
         "text": "piano",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/piano/gain /dawbridge/stem/piano/mute /dawbridge/stem/piano/solo /dawbridge/stem/piano/known /dawbridge/meter/piano"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 204.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/piano/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 208.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/piano/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 204.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/piano/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 216.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/piano/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 41.4, 20.4 ],
         "outlettype": [],
         "text": "piano",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "piano",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 510, 330, 46.0, 20.4 ],
     "outlettype": [],
     "text": "vocals",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 570, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 63.0, 27.6 ],
         "outlettype": [],
         "text": "vocals",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/vocals/gain /dawbridge/stem/vocals/mute /dawbridge/stem/vocals/solo /dawbridge/stem/vocals/known /dawbridge/meter/vocals"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 209.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/vocals/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 213.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/vocals/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 208.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/vocals/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 221.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/vocals/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 46.0, 20.4 ],
         "outlettype": [],
         "text": "vocals",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "vocals",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 630, 330, 39.3, 20.4 ],
     "outlettype": [],
     "text": "other",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 705, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 53.0, 27.6 ],
         "outlettype": [],
         "text": "other",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 6,
         "numoutlets": 6,
         "patching_rect": [ 30, 150, 1219.0, 22.0 ],
         "outlettype": [ "", "", "", "", "", "" ],
         "text": "route /dawbridge/stem/other/gain /dawbridge/stem/other/mute /dawbridge/stem/other/solo /dawbridge/stem/other/known /dawbridge/meter/other"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 202.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/other/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 206.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/other/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 202.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/other/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 96, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 750, 330, 214.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/other/known"
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 990, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 1005, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 39.3, 20.4 ],
         "outlettype": [],
         "text": "other",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-25",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-26",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-27",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 450, 465, 46.7, 20.4 ],
         "outlettype": [],
         "text": "known",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 98, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-28",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-29",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-18", 0 ],
         "destination": [ "obj-19", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-19", 0 ],
         "destination": [ "obj-20", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-20", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 4 ],
         "destination": [ "obj-22", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "other",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 750, 330, 54.0, 20.4 ],
     "outlettype": [],
     "text": "residual",
     "linecount": 1
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "bpatcher",
     "numinlets": 0,
     "numoutlets": 0,
     "patching_rect": [ 840, 405, 120.0, 210.0 ],
     "patcher": {
      "fileversion": 1,
      "appversion": {
       "major": 8,
       "minor": 5,
       "revision": 5,
       "architecture": "x64",
       "modernui": 1
      },
      "classnamespace": "box",
      "rect": [ 60.0, 90.0, 1290.0, 510.0 ],
      "bglocked": 0,
      "openinpresentation": 1,
      "default_fontsize": 12.0,
      "default_fontface": 0,
      "default_fontname": "Arial",
      "gridonopen": 1,
      "gridsize": [ 15.0, 15.0 ],
      "gridsnaponopen": 1,
      "objectsnaponopen": 1,
      "statusbarvisible": 2,
      "toolbarvisible": 1,
      "lefttoolbarpinned": 0,
      "toptoolbarpinned": 0,
      "righttoolbarpinned": 0,
      "bottomtoolbarpinned": 0,
      "toolbars_unpinned_last_save": 0,
      "tallnewobj": 0,
      "boxanimatetime": 200,
      "enablehscroll": 1,
      "enablevscroll": 1,
      "devicewidth": 0.0,
      "description": "",
      "digest": "",
      "tags": "",
      "style": "",
      "subpatcher_template": "",
      "assistshowspatchername": 0,
      "boxes": [
       {
        "box": {
         "id": "obj-1",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 15, 75.0, 27.6 ],
         "outlettype": [],
         "text": "residual",
         "linecount": 1,
         "fontsize": 18.0,
         "fontface": 1
        }
       },
       {
        "box": {
         "id": "obj-2",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 15, 45, 660, 20.4 ],
         "outlettype": [],
         "text": "What the server says of this output, and what is set here.",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 105, 135.3, 22.0 ],
         "outlettype": [ "" ],
         "text": "receive dawbridge.from"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "newobj",
         "numinlets": 5,
         "numoutlets": 5,
         "patching_rect": [ 30, 150, 979.0, 22.0 ],
         "outlettype": [ "", "", "", "", "" ],
         "text": "route /dawbridge/stem/residual/gain /dawbridge/stem/residual/mute /dawbridge/stem/residual/solo /dawbridge/meter/residual"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 405, 108.7, 22.0 ],
         "outlettype": [],
         "text": "send dawbridge.to"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "flonum",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 30, 270, 52.0, 22.0 ],
         "outlettype": [ "", "" ],
         "minimum": -120.0,
         "maximum": 24.0,
         "presentation": 1,
         "presentation_rect": [ 45, 178, 66, 22 ]
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 30, 330, 217.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/residual/gain"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 45, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "gain in dB",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 36, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 270, 330, 221.4, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/residual/mute"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 285, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 225, 74.0, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend set"
        }
       },
       {
        "box": {
         "id": "obj-15",
         "maxclass": "toggle",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 270, 24.0, 24.0 ],
         "outlettype": [ "" ],
         "presentation": 1,
         "presentation_rect": [ 45, 66, 24, 24 ]
        }
       },
       {
        "box": {
         "id": "obj-16",
         "maxclass": "newobj",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [ 510, 330, 216.7, 22.0 ],
         "outlettype": [ "" ],
         "text": "prepend /dawbridge/stem/residual/solo"
        }
       },
       {
        "box": {
         "id": "obj-17",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 525, 180, 225, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-18",
         "maxclass": "multislider",
         "numinlets": 1,
         "numoutlets": 2,
         "patching_rect": [ 750, 270, 30.0, 90.0 ],
         "outlettype": [ "", "" ],
         "setminmax": [ -60.0, 0.0 ],
         "size": 2,
         "orientation": 1,
         "ignoreclick": 1,
         "presentation": 1,
         "presentation_rect": [ 9, 36, 27, 165 ]
        }
       },
       {
        "box": {
         "id": "obj-19",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 765, 180, 180, 20.4 ],
         "outlettype": [],
         "text": "level: peak and mean",
         "linecount": 1
        }
       },
       {
        "box": {
         "id": "obj-20",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 30, 465, 54.0, 20.4 ],
         "outlettype": [],
         "text": "residual",
         "linecount": 1,
         "fontface": 1,
         "presentation": 1,
         "presentation_rect": [ 6, 6, 108, 21 ]
        }
       },
       {
        "box": {
         "id": "obj-21",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 210, 465, 38.7, 20.4 ],
         "outlettype": [],
         "text": "mute",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 38, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-22",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 330, 465, 34.0, 20.4 ],
         "outlettype": [],
         "text": "solo",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 69, 68, 48, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-23",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 570, 465, 26.7, 20.4 ],
         "outlettype": [],
         "text": "dB",
         "linecount": 1,
         "presentation": 1,
         "presentation_rect": [ 45, 152, 40, 20 ]
        }
       },
       {
        "box": {
         "id": "obj-24",
         "maxclass": "comment",
         "numinlets": 1,
         "numoutlets": 0,
         "patching_rect": [ 660, 465, 111.4, 20.4 ],
         "outlettype": [],
         "text": "(words of the strip)",
         "linecount": 1
        }
       }
      ],
      "lines": [
       {
        "patchline": {
         "source": [ "obj-3", 0 ],
         "destination": [ "obj-4", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 0 ],
         "destination": [ "obj-6", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-6", 0 ],
         "destination": [ "obj-7", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-7", 0 ],
         "destination": [ "obj-8", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-8", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 1 ],
         "destination": [ "obj-10", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-10", 0 ],
         "destination": [ "obj-11", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-11", 0 ],
         "destination": [ "obj-12", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-12", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 2 ],
         "destination": [ "obj-14", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-14", 0 ],
         "destination": [ "obj-15", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-15", 0 ],
         "destination": [ "obj-16", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-16", 0 ],
         "destination": [ "obj-5", 0 ],
         "order": 0
        }
       },
       {
        "patchline": {
         "source": [ "obj-4", 3 ],
         "destination": [ "obj-18", 0 ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "outlettype": [],
     "varname": "residual",
     "embed": 1,
     "border": 1
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [ 30, 375, 198.8, 20.4 ],
     "outlettype": [],
     "text": "What is heard of each, and its level",
     "linecount": 1
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [ "obj-4", 0 ],
     "destination": [ "obj-3", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-5", 0 ],
     "destination": [ "obj-3", 1 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 0 ],
     "destination": [ "obj-8", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 1 ],
     "destination": [ "obj-9", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 2 ],
     "destination": [ "obj-10", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 3 ],
     "destination": [ "obj-11", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 4 ],
     "destination": [ "obj-12", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 5 ],
     "destination": [ "obj-13", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 6 ],
     "destination": [ "obj-14", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 7 ],
     "destination": [ "obj-15", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 8 ],
     "destination": [ "obj-16", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 9 ],
     "destination": [ "obj-17", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 10 ],
     "destination": [ "obj-18", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 11 ],
     "destination": [ "obj-19", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 12 ],
     "destination": [ "obj-20", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-7", 13 ],
     "destination": [ "obj-21", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-22", 0 ],
     "destination": [ "obj-23", 0 ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [ "obj-23", 0 ],
     "destination": [ "obj-24", 0 ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
